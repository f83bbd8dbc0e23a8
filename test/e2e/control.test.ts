import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';

// Commands go through PostgreSQL whichever broker holds the queues; what differs between the brokers is in the contract.
describe('inspect, control and purge', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await openPlatform('postgres');
  });
  afterAll(() => platform.close());

  const run = (...args: string[]) => runCli(args, platform);
  const json = async (...args: string[]) => JSON.parse((await run(...args, '-j', '-t', '30')).output) as Record<string, unknown>;

  it('with no worker, says so and exits with 69', async () => {
    const { code, output } = await run('inspect', 'ping');
    expect(output).toContain('No node is online');
    expect(code).toBe(69);
  });

  it('two processes answer, each for itself; one that was killed is named', async () => {
    const [first, second] = await Promise.all([platform.startWorker('first'), platform.startWorker('second')]);
    const { code, output } = await run('inspect', 'ping', '-t', '30');
    expect(output).toContain('->  first: OK\n    pong');
    expect(output).toContain('->  second: OK\n    pong');
    expect(output).toContain('2 nodes answered.');
    expect(code).toBe(0);

    const stats = await json('inspect', 'stats');
    expect(stats).toMatchObject({ first: { pid: first.child.pid }, second: { pid: second.child.pid } });
    expect(Object.keys(await json('inspect', 'registered', '-d', 'second'))).toEqual(['second']);
    expect(await run('inspect', 'ping', '-d', 'secnd')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Did you mean second?'),
    });

    second.child.kill('SIGKILL');
    await second.ended;
    const after = await run('inspect', 'ping', '-t', '0.5');
    expect(after).toMatchObject({ code: 0, output: expect.stringContaining('second did not answer within 0.5 s.') });
    expect(after.output).toContain('->  first: OK');
    expect(await run('inspect', 'ping', '-d', 'second', '-t', '0.5')).toMatchObject({ code: 69 });

    const stopped = await run('control', 'shutdown', '-d', 'first', '-t', '30');
    expect(stopped).toMatchObject({ code: 0, output: expect.stringContaining('shuts down') });
    expect(await first.ended).toBe(0);
  });

  it('shows the settings without secrets', async () => {
    const worker = await platform.startWorker('third');
    const { third } = (await json('inspect', 'conf', '-d', 'third')) as { third: Record<string, unknown> };
    expect(third).toMatchObject({ DATABASE_URL: '(hidden)', CELERY_TASK_DEFAULT_QUEUE: 'celery', SECRET_KEY: null });
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('changes queues, pool and limits of a worker, and pauses queues', async () => {
    const worker = await platform.startWorker('fourth');
    const control = (...args: string[]) => run('control', ...args, '-d', 'fourth', '-t', '30');
    const queues = async () => JSON.stringify(await json('inspect', 'active_queues', '-d', 'fourth'));
    expect(await control('add_consumer', 'extra')).toMatchObject({ code: 0, output: expect.stringContaining('serves extra') });
    expect(await control('pool_grow', '2')).toMatchObject({ output: expect.stringContaining('tasks of each queue at once') });
    expect(await control('pool_shrink', '9000')).toMatchObject({ code: 1, output: expect.stringContaining('at least 1') });
    expect(await control('rate_limit', 'send_welcome_email', '10/m')).toMatchObject({ code: 0 });
    expect(await control('time_limit', 'send_welcome_email', '10', '20')).toMatchObject({ code: 0 });
    expect(await run('control', 'pause', 'email')).toMatchObject({ code: 0 });
    expect(await queues()).toContain('{"name":"email","paused":true}');
    expect(await run('control', 'resume', 'email')).toMatchObject({ code: 0 });
    expect(await control('cancel_consumer', 'email')).toMatchObject({ code: 0 });
    const left = await queues();
    expect(left).not.toContain('"email"');
    expect(left).toContain('"extra"');
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it.each([
    [['control', 'pause', 'celry'], 'Did you mean celery?'],
    [['control', 'rate_limit', 'send_welcome_emial', '10/m'], 'Did you mean tasks.email_tasks.send_welcome_email?'],
    [['control', 'time_limit', 'send_welcome_email', '20', '10'], 'the soft limit 20 is over the hard one 10'],
    [['control', 'pool_grow', 'many'], '<n> is many, which is not a number above 0'],
    [['inspect', 'ping', '-t', 'long'], '--timeout is long'],
    [['inspect', 'pong'], "unknown command 'pong'"],
  ])('%j is refused: %s', async (args, text) => {
    expect(await run(...args)).toMatchObject({ code: 1, output: expect.stringContaining(text) });
  });

  it('answers again after the database was away', async () => {
    const worker = await platform.startWorker('fifth');
    const { db } = platform.database;
    const listening = async () =>
      db
        .selectFrom('pg_stat_activity' as never)
        .select('pid' as never)
        .where('application_name' as never, '=', 'journeyman-listen-control_commands' as never)
        .execute() as Promise<{ pid: number }[]>;
    const [{ pid }] = (await listening()) as [{ pid: number }];
    await db.selectNoFrom(({ fn, val }) => fn('pg_terminate_backend', [val(pid)]).as('ended')).execute();
    await until(async () => (await listening()).some((connection) => connection.pid !== pid));
    expect(await json('inspect', 'ping', '-d', 'fifth')).toEqual({ fifth: { ok: 'pong' } });
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('revokes a task that waits, and purges the others once it may', async () => {
    const call = async () => (await run('call', 'send_welcome_email', '--args', '[1]')).output.trim();
    const ids = [await call(), await call(), await call()];
    expect(await run('control', 'revoke', ids[0]!)).toMatchObject({ code: 0, output: `${ids[0]}: revoked\n` });
    expect(await run('control', 'revoke', 'nothing')).toMatchObject({ code: 1, output: 'nothing: unknown\n' });
    const refused = await run('purge');
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('This deletes 3 messages from ') });
    expect(refused.output).toContain('Nothing was purged.');
    expect(await run('purge', '-Q', 'emial')).toMatchObject({ code: 1, output: expect.stringContaining('Did you mean email?') });
    expect(await run('purge', '-f', '-Q', 'email')).toMatchObject({
      code: 0,
      output: 'Purged 3 messages from 1 known task queue.\n',
    });
    expect(await run('purge', '-f', '-Q', 'email')).toMatchObject({
      code: 0,
      output: 'No messages purged from 1 known task queue.\n',
    });
  });
});
