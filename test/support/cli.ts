import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = path.join(root, 'dist/cli/main.js');

export interface Command {
  child: ChildProcess;
  /** All that it has written to both outputs so far. */
  output(): string;
  /** Resolves when the output matches; rejects when the process ends before. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

/** Starts a command of `journeyman` in a folder of its own with only these settings. */
export function startCli(args: string[], { cwd, env = {} }: { cwd: string; env?: Record<string, string> }): Command {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_FORMAT: 'text', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? -1)));
  const says = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const look = () => {
        const found = output.match(pattern);
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      ended.then((code) => {
        look();
        reject(new Error(`${args.join(' ')} ended with ${code} before it said ${pattern}:\n${output}`));
      });
    });
  return { child, output: () => output, says, ended };
}

/** Runs a command to its end. */
export async function runCli(
  args: string[],
  options: Parameters<typeof startCli>[1],
): Promise<{ code: number | string; output: string }> {
  const command = startCli(args, options);
  const code = await command.ended;
  return { code, output: command.output() };
}
