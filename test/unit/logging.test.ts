import { describe, expect, it } from 'vitest';
import { createLogger, formatLine, type LogOptions } from '#src/logging.js';

/** A log that keeps its lines. */
function logTo(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: 'info',
    format: 'json',
    name: 'worker-1',
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

describe('a line of text', () => {
  it('looks like one of Celery’s', () => {
    const { log, lines } = logTo({ format: 'text' });
    log.info({ id: 'x' }, 'Task tasks.email_tasks.send_welcome_email[x] received');
    expect(lines[0]).toMatch(
      /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: INFO\/worker-1\] Task tasks\.email_tasks\.send_welcome_email\[x\] received\n$/,
    );
  });

  it('names the time in UTC and the level as Celery does', () => {
    const line = (level: number) => formatLine(JSON.stringify({ time: 1_795_341_600_123, level, process: 'api', msg: 'text' }));
    expect(line(20)).toBe('[2026-11-22 10:00:00,123: DEBUG/api] text\n');
    expect(line(30)).toContain(': INFO/api]');
    expect(line(40)).toContain(': WARNING/api]');
    expect(line(50)).toContain(': ERROR/api]');
    expect(line(60)).toContain(': CRITICAL/api]');
  });

  it('is followed by the stack, be it of an error or of what was kept of one', () => {
    const { log, lines } = logTo({ format: 'text' });
    const error = new Error('no such table');
    log.error({ err: error }, 'It failed');
    log.error({ stack: 'Error: kept\n    at here' }, 'It failed');
    expect(lines[0]).toMatch(/ERROR\/worker-1\] It failed\nError: no such table\n +at /);
    expect(lines[1]).toMatch(/\] It failed\nError: kept\n {4}at here\n$/);
  });

  it('is signed by the process, whatever name its details hold', () => {
    const { log, lines } = logTo({ format: 'text' });
    log.info({ name: 'tasks.email_tasks.send_welcome_email' }, 'received');
    expect(lines[0]).toContain(': INFO/worker-1] received');
  });

  it('holds no details, which may be long', () => {
    const { log, lines } = logTo({ format: 'text' });
    log.info({ userId: 4711 }, 'Logged in');
    expect(lines[0]).not.toContain('4711');
  });
});

describe('a line of JSON', () => {
  it('holds the details beside the message, and the error with its stack', () => {
    const { log, last } = logTo();
    log.warn({ queue: 'email', err: new Error('away') }, 'Queue email: away');
    expect(last()).toMatchObject({
      level: 40,
      process: 'worker-1',
      queue: 'email',
      msg: 'Queue email: away',
      err: { message: 'away', stack: expect.stringMatching(/^Error: away\n/) },
    });
  });

  it('is the format where nobody watches a terminal', () => {
    const { log, last } = logTo({ format: 'auto' });
    log.info({}, 'hello');
    expect(last()).toMatchObject({ msg: 'hello' });
  });
});

describe('secrets', () => {
  const secrets = [
    'password',
    'newPassword',
    'token',
    'accessToken',
    'refreshToken',
    'resetToken',
    'authorization',
    'cookie',
    'secret',
  ];

  it.each(secrets)('%s is never written, on its own or nested', (key) => {
    const { log, lines, last } = logTo();
    log.info({ [key]: 'hunter2', body: { [key]: 'hunter2' }, request: { headers: { [key]: 'hunter2' } } }, 'Request');
    log.info({ users: [{ [key]: 'hunter2' }] }, 'Users');
    expect(lines.join('')).not.toContain('hunter2');
    expect(last()).toMatchObject({ users: [{ [key]: '[redacted]' }] });
  });

  it('leave the rest of the details as it is', () => {
    const { log, last } = logTo();
    log.info({ user: { id: 1, password: 'hunter2' }, tokens: 3 }, 'User');
    expect(last()).toMatchObject({ user: { id: 1, password: '[redacted]' }, tokens: 3 });
  });
});

describe('the level', () => {
  it.each([
    ['debug', ['debug', 'info', 'warn', 'error', 'fatal']],
    ['info', ['info', 'warn', 'error', 'fatal']],
    ['warning', ['warn', 'error', 'fatal']],
    ['error', ['error', 'fatal']],
    ['critical', ['fatal']],
  ] as const)('%s is the least that is written', (level, written) => {
    const { log, lines } = logTo({ level });
    for (const each of ['debug', 'info', 'warn', 'error', 'fatal'] as const) log[each]({}, each);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(written);
  });
});
