import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNode, type TestNode } from '../support/celery/node.js';
import { celeryInstalled, runCelery } from '../support/celery/python.js';
import { until } from '../support/kit.js';
import { redisInstalled } from '../support/redis.mjs';

type Replies = Record<string, unknown>;

describe.skipIf(!celeryInstalled || !redisInstalled)('Celery’s remote control of our workers', () => {
  let node: TestNode;
  let site: TestNode['site'];
  let worker: TestNode['worker'];
  let bridge: TestNode['bridge'];

  const run = (code: string, variables?: Record<string, unknown>) => site.python.run(code, variables);
  /** What the workers reply to a command, by name. */
  const ask = async (method: string, args: object = {}, destination = ['ours@test', 'python@test']): Promise<Replies> => {
    const code =
      'app.control.broadcast(method, arguments=args, reply=True, destination=destination, limit=len(destination), timeout=15)';
    const replies = (await run(code, { method, args, destination })) as Replies[];
    return Object.assign({}, ...replies) as Replies;
  };
  const askUs = async (method: string, args: object = {}) => (await ask(method, args, ['ours@test']))['ours@test'];
  const keysOf = (value: unknown) => Object.keys(value as object).sort();

  beforeAll(async () => {
    node = await openNode();
    ({ site, worker, bridge } = node);
    node.serve();
    await site.startPythonWorker(['python'], ['-n', 'python@test', '-P', 'prefork', '-c', '1']);
    await until(async () => (await askUs('ping')) !== undefined);
  });
  afterAll(() => node.close());

  it('is counted by `celery status`, and answers `celery inspect` and `celery control`', async () => {
    const status = await runCelery(site.celerySettings, ['status', '--timeout', '3']);
    expect(status.output).toContain('ours@test: OK');
    expect(status.output).toContain('python@test: OK');
    expect(status.output).toContain('2 nodes online.');
    const inspected = await runCelery(site.celerySettings, ['inspect', 'registered', '-j', '-t', '3', '-d', 'ours@test']);
    expect(inspected.code).toBe(0);
    expect((JSON.parse(inspected.output) as Record<string, string[]>)['ours@test']).toContain('demo.add');
    const told = await runCelery(site.celerySettings, ['control', '-t', '3', '-d', 'ours@test', 'rate_limit', 'demo.add', '0']);
    expect(told.output).toContain('rate limit disabled successfully');
  });

  it('replies as a Python worker does where there is nothing to tell apart', async () => {
    const commands: [string, object][] = [
      ['ping', {}],
      ['revoke', { task_id: ['never-sent'] }],
      ['revoke', { task_id: 'never-sent', terminate: true, signal: null }],
      ['rate_limit', { task_name: 'demo.total', rate_limit: '10/m' }],
      ['rate_limit', { task_name: 'demo.total', rate_limit: 0 }],
      ['rate_limit', { task_name: 'no.such_task', rate_limit: '10/m' }],
      ['time_limit', { task_name: 'demo.total', soft: 10, hard: 20 }],
      ['time_limit', { task_name: 'no.such_task', soft: 10, hard: 20 }],
      ['pool_grow', { n: 1 }],
      ['pool_shrink', { n: 1 }],
      ['add_consumer', { queue: 'more' }],
      ['cancel_consumer', { queue: 'more' }],
      ['active', {}],
      ['active', { safe: true }],
      ['query_task', { ids: ['never-sent'] }],
    ];
    for (const [method, args] of commands) {
      const replies = await ask(method, args);
      expect([method, replies['ours@test']]).toEqual([method, replies['python@test']]);
    }
  });

  it('describes itself with all that Flower reads of a Python worker', async () => {
    const { 'ours@test': ours, 'python@test': theirs } = (await ask('stats')) as Record<string, Record<string, object>>;
    for (const part of ['broker', 'rusage'] as const) expect(keysOf(ours![part])).toEqual(keysOf(theirs![part]));
    expect(keysOf(ours)).toEqual(expect.arrayContaining(keysOf(theirs)));
    expect(ours).toMatchObject({ pid: process.pid, broker: { transport: 'redis' }, pool: { 'max-concurrency': 4 } });
    const queues = (await ask('active_queues')) as Record<string, { name: string }[]>;
    expect(keysOf(queues['ours@test']![0])).toEqual(keysOf(queues['python@test']![0]));
    expect(queues['ours@test']!.map(({ name }) => name)).toEqual(['celery', 'resumes']);
    expect(await askUs('conf')).toEqual({ CELERY_TASK_DEFAULT_QUEUE: 'celery' });
    expect(await askUs('registered')).toEqual(worker.registered());
  });

  it('tells what runs, what waits and what is scheduled, as a Python worker does', async () => {
    const scheduled = (await run('slow.apply_async((9,), countdown=600).id')) as string;
    const theirScheduled = (await run('python_slow.apply_async((9,), countdown=600).id')) as string;
    const ids = (await run('[slow.delay(600).id for _ in range(5)]')) as string[];
    const theirRunning = (await run('python_slow.delay(600).id')) as string;
    await until(() => worker.active().length === 4);
    await until(async () => ((await ask('active'))['python@test'] as object[]).length === 1);
    const { 'ours@test': ours, 'python@test': theirs } = (await ask('active')) as Record<string, Record<string, unknown>[]>;
    expect(keysOf(ours![0])).toEqual(keysOf(theirs![0]));
    expect(ours![0]).toMatchObject({
      name: 'demo.slow',
      kwargs: { seconds: 600 },
      hostname: 'ours@test',
      worker_pid: process.pid,
    });
    const [waiting] = (await askUs('reserved')) as { id: string }[];
    expect(ids).toContain(waiting!.id);
    const plans = (await ask('scheduled')) as Record<string, { eta: string; request: { id: string } }[]>;
    expect(plans['ours@test']!.map(({ request }) => request.id)).toEqual([scheduled]);
    expect(keysOf(plans['ours@test']![0])).toEqual(
      keysOf(plans['python@test']!.find(({ request }) => request.id === theirScheduled)),
    );
    const found = (await askUs('query_task', { ids: [ours![0]!.id, waiting!.id] })) as Record<string, [string, object]>;
    expect(
      Object.values(found)
        .map(([state]) => state)
        .sort(),
    ).toEqual(['active', 'reserved']);
    await run('app.control.revoke(ids, terminate=True)', { ids: [...ids, scheduled, theirRunning, theirScheduled] });
    await until(async () => (await run('AsyncResult(id).status', { id: scheduled })) === 'REVOKED');
    await until(() => worker.active().length === 0);
  });

  it('revokes a task that waits for its time, and ends one that runs', async () => {
    const waiting = (await run('r = add.apply_async((1, 2), countdown=600); r.id')) as string;
    await until(async () => ((await askUs('scheduled')) as object[]).length === 1);
    await run('r.revoke()');
    await until(async () => (await run('r.status')) === 'REVOKED');
    expect(await askUs('revoked')).toContain(waiting);
    const running = (await run('r = slow.delay(60); r.id')) as string;
    await until(() => worker.active().some(({ id }) => id === running));
    expect(await askUs('revoke', { task_id: running })).toEqual({ ok: `tasks ${running} flagged as revoked` });
    expect(worker.active()).toHaveLength(1);
    expect(await askUs('terminate', { task_id: running, signal: 'KILL' })).toEqual({ ok: `terminate: ${running}` });
    await until(async () => (await run('r.status')) === 'REVOKED');
  });

  it('does not run a task that was revoked before its message came', async () => {
    await run('app.control.revoke("early", reply=True, timeout=15, limit=2)');
    await run('r = note.apply_async(("never",), task_id="early")');
    await until(async () => (await run('r.status')) === 'REVOKED');
    expect(site.noted).not.toContain('never');
    expect(bridge.counts.revoked).toBe(1);
  });

  it('takes from other queues when told to, and no more', async () => {
    await askUs('add_consumer', { queue: 'extra' });
    expect(await run('add.apply_async((1, 2), queue="extra").get(timeout=10)')).toBe(3);
    await askUs('cancel_consumer', { queue: 'extra' });
    expect(bridge.queues()).not.toContain('extra');
    expect(worker.queues).not.toContain('extra');
    expect(await askUs('add_consumer', { queue: 'not a queue' })).toEqual({ error: '"not a queue" is no name of a queue' });
  });

  it('obeys limits', async () => {
    await askUs('time_limit', { task_name: 'demo.slow', soft: 1, hard: 1 });
    await expect(run('slow.delay(30).get(timeout=10)')).rejects.toThrow(/TimeLimitExceeded/);
    expect(await askUs('time_limit', { task_name: 'demo.slow', soft: 5 })).toHaveProperty('error');
    await askUs('time_limit', { task_name: 'demo.slow', soft: 100, hard: 100 });
    expect(await askUs('rate_limit', { task_name: 'demo.add', rate_limit: 'often' })).toHaveProperty('error');
  });

  it('obeys only those commands that are for it, and that have not expired', async () => {
    const pattern = (matcher: string, text: string) =>
      run('app.control.broadcast("ping", reply=True, timeout=3, pattern=text, matcher=matcher)', { matcher, text });
    expect(await pattern('glob', 'ou*@t?st')).toEqual([{ 'ours@test': { ok: 'pong' } }]);
    expect(await pattern('pcre', 'python.*')).toEqual([{ 'python@test': { ok: 'pong' } }]);
    await run('app.control.shutdown(destination=["another@test"])');
    expect(await askUs('ping')).toEqual({ ok: 'pong' });
    expect(node.shutdowns()).toBe(0);
  });

  it('says that there is no such command, and lives on after what is no command at all', async () => {
    expect(await askUs('make_coffee')).toEqual({ error: 'No such method make_coffee' });
    expect(await askUs('constructor')).toEqual({ error: 'No such method constructor' });
    const publish = 'app.connection().default_channel.client.publish("/0.celery.pidbox", text)';
    for (const text of ['no JSON', '{}', '{"body": 7}', '{"body": "bnVsbA==", "properties": {"body_encoding": "base64"}}'])
      await run(publish, { text });
    expect(await askUs('ping')).toEqual({ ok: 'pong' });
  });

  it('switches events of tasks on and off, and tells when it was so already', async () => {
    const replies = [];
    for (const method of ['enable_events', 'enable_events', 'disable_events', 'disable_events'])
      replies.push(await askUs(method));
    expect(replies).toEqual([
      { ok: 'task events enabled' },
      { ok: 'task events already enabled' },
      { ok: 'task events disabled' },
      { ok: 'task events already disabled' },
    ]);
    expect(await askUs('heartbeat')).toBeNull();
  });

  it('lets a Python worker that starts meet it', async () => {
    const hello = (await askUs('hello', {
      from_node: 'python@test',
      revoked: { 'told-by-a-peer': [1.5, 'told-by-a-peer'] },
    })) as object;
    expect(hello).toMatchObject({ revoked: {} });
    expect(await askUs('revoked')).toContain('told-by-a-peer');
  });

  it('begins its shutdown when told to', async () => {
    expect(await askUs('shutdown')).toEqual({ ok: 'shuts down' });
    expect(node.shutdowns()).toBe(1);
  });

  it('leaves no reply behind for ever', async () => {
    await askUs('ping');
    // Whoever asked may have died meanwhile.
    await run('app.control.broadcast("ping", reply=True, timeout=0.01)');
    await sleep(200);
    const code = '[c.ttl(key) for c in [app.connection().default_channel.client] for key in c.keys("*.reply.celery.pidbox")]';
    for (const ttl of (await run(code)) as number[]) expect(ttl).toBeGreaterThan(0);
  });
});
