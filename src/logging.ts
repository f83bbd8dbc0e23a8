import { hostname } from 'node:os';
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** The levels as Celery names them. */
const levels = { debug: 'debug', info: 'info', warning: 'warn', error: 'error', critical: 'fatal' } as const;
const names: Record<number, string> = { 20: 'DEBUG', 30: 'INFO', 40: 'WARNING', 50: 'ERROR', 60: 'CRITICAL' };

/** Never written, wherever a line's details hold them. */
const secrets = new Set([
  'password',
  'newPassword',
  'token',
  'accessToken',
  'refreshToken',
  'resetToken',
  'authorization',
  'cookie',
  'secret',
]);

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The details with secrets hidden, down to this many levels; the same object where there are none. Called for every line. */
function redact(details: unknown, levels: number): unknown {
  if (levels === 0) return details;
  if (Array.isArray(details)) return details.map((member) => redact(member, levels - 1));
  if (!isPlainObject(details)) return details;
  let copy: Record<string, unknown> | undefined;
  for (const key in details) {
    const value = details[key];
    const shown = secrets.has(key) && value !== undefined ? '[redacted]' : redact(value, levels - 1);
    if (shown === value) continue;
    copy ??= { ...details };
    copy[key] = shown;
  }
  return copy ?? details;
}

export interface LogOptions {
  level: keyof typeof levels;
  /** `text` writes lines like Celery's, `json` one object a line; `auto` chooses by whether stderr is a terminal. */
  format: 'auto' | 'text' | 'json';
  /** Who speaks: `worker-1`, `api`. */
  name: string;
  /** Default: stderr, so that what a command prints stays apart. */
  destination?: DestinationStream;
}

/** Makes the log of a process. */
export function createLogger({ level, format, name, destination }: LogOptions): Logger {
  const sink = destination ?? pino.destination({ dest: 2, sync: true });
  const asText = format === 'text' || (format === 'auto' && process.stderr.isTTY);
  return pino(
    {
      // Not pino's own `name`: lines about tasks say theirs under it.
      base: { pid: process.pid, hostname: hostname(), process: name },
      level: levels[level],
      formatters: { log: (details) => redact(details, 5) as Record<string, unknown> },
    },
    asText ? { write: (line) => sink.write(formatLine(line)) } : sink,
  );
}

/** A JSON line as Celery would write it: `[2026-11-22 10:00:00,123: INFO/worker-1] message`, then the stack if there is one. */
export function formatLine(line: string): string {
  const { time, level, process, msg, stack, err } = JSON.parse(line) as {
    time: number;
    level: number;
    process: string;
    msg?: string;
    stack?: string;
    err?: { stack?: string };
  };
  const date = new Date(time).toISOString().replace('T', ' ').replace('.', ',').slice(0, -1);
  const trace = stack ?? err?.stack;
  return `[${date}: ${names[level] ?? level}/${process}] ${msg ?? ''}\n${trace ? `${trace}\n` : ''}`;
}
