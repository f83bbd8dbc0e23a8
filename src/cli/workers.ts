import type { App } from '../app.js';
import { createControlChannel } from '../db/control.js';
import { coded } from '../errors.js';
import { type Answers, askWorkers, type ControlCommand, type Json, revokeTasks } from '../taskkit/index.js';
import { print } from './context.js';
import { assertQueues, onlineWorkers, splitNames } from './known.js';
import { unavailable } from './tasks.js';

/** The options of every command that talks to workers. */
export interface AskFlags {
  destination?: string;
  timeout: string;
  json?: boolean;
}

/** Sends a command to the workers that the flags name, or all, and prints their answers. Throws QUEUE_UNKNOWN, WORKER_UNKNOWN. */
export async function askAndReport(app: App, command: ControlCommand, flags: AskFlags): Promise<void> {
  if (command.name === 'cancel_consumer') await assertQueues(app, [command.queue]);
  const { destination, seconds } = asking(flags);
  const expected = await onlineWorkers(app, destination);
  const channel = createControlChannel(app.db, app.databaseUrl, app.log);
  report(await askWorkers(channel, command, { destination, expected, timeout: seconds }), flags);
}

/** Whom the flags name, undefined for all, and how long they have. */
function asking({ destination, timeout }: AskFlags): { destination: string[] | undefined; seconds: number } {
  const seconds = Number(timeout);
  if (!(seconds > 0)) throw coded('COMMAND_FAILED', { reason: `--timeout is ${timeout}, which is not a number of seconds` });
  return { destination: destination === undefined ? undefined : splitNames(destination), seconds };
}

const indent = (text: string) => text.replace(/^/gm, '    ');

const lineOf = (item: Json) => (typeof item === 'string' ? item : JSON.stringify(item));

function format(reply: Json): string {
  if (Array.isArray(reply)) return indent(reply.map((item) => `* ${lineOf(item)}`).join('\n') || '- empty -');
  if (typeof reply === 'object' && reply !== null) {
    const { ok, error } = reply;
    if (ok !== undefined || error !== undefined) return indent(lineOf(ok ?? error) ?? '');
  }
  return indent(JSON.stringify(reply, null, 2));
}

const failed = (reply: Json) => typeof reply === 'object' && reply !== null && 'error' in reply;

/** Prints what workers answered, one after the other, and those that did not; sets the exit code. */
function report({ replies, silent }: Answers, { json, timeout }: AskFlags): void {
  if (json) print(JSON.stringify(Object.fromEntries(replies.map(({ worker, reply }) => [worker, reply]))));
  else {
    for (const { worker, reply } of replies) print(`->  ${worker}: ${failed(reply) ? 'ERROR' : 'OK'}\n${format(reply)}`);
    print(`\n${replies.length} node${replies.length === 1 ? '' : 's'} answered.`);
  }
  for (const worker of silent) process.stderr.write(`${worker} did not answer within ${timeout} s.\n`);
  if (replies.some(({ reply }) => failed(reply))) process.exitCode = 1;
  if (replies.length > 0) return;
  if (silent.length === 0) process.stderr.write('No node is online. Start one with "journeyman worker".\n');
  process.exitCode = unavailable;
}

/** Revokes tasks, and has those that run ended by their workers when the flags say so. Prints what became of each. */
export async function revoke(app: App, ids: string[], flags: AskFlags & { terminate?: boolean }): Promise<void> {
  const { destination, seconds } = asking(flags);
  const revoked = await revokeTasks(app.broker, createControlChannel(app.db, app.databaseUrl, app.log), ids, {
    terminate: flags.terminate ?? false,
    destination,
    expected: await onlineWorkers(app, destination),
    timeout: seconds,
  });
  const outcomes = new Map(
    [...revoked].map(([id, { outcome, worker }]) => [id, worker === undefined ? outcome : `terminated by ${worker}`]),
  );
  const texts: Record<string, string> = {
    running: flags.terminate
      ? 'runs, but no worker that answered runs it'
      : 'runs already, and is not retried; --terminate ends it',
    ended: 'has ended already',
  };
  if (flags.json) print(JSON.stringify(Object.fromEntries(outcomes) satisfies Json));
  else for (const [id, outcome] of outcomes) print(`${id}: ${texts[outcome] ?? outcome}`);
  if ([...outcomes.values()].some((outcome) => outcome === 'unknown' || outcome === 'running')) process.exitCode = 1;
}
