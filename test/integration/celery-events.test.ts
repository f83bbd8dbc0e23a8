import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registeredTasks } from '#src/taskkit/index.js';
import { openNode, type TestNode } from '../support/celery/node.js';
import { celeryInstalled, startDump } from '../support/celery/python.js';
import { until } from '../support/kit.js';
import { redisInstalled } from '../support/redis.mjs';

interface Event {
  type: string;
  hostname: string;
  uuid?: string;
  clock: number;
  timestamp: number;
  [field: string]: unknown;
}

/** Celery's own receiver of events, in a thread, and the state that Flower keeps of them. */
const listen = `
import threading
from celery.events.state import State
events, state = [], State()
def on_event(event):
    events.append(dict(event))
    state.event(event)
def capture():
    with app.connection() as connection:
        app.events.Receiver(connection, handlers={"*": on_event}).capture(limit=None, timeout=None)
threading.Thread(target=capture, daemon=True).start()
`;

describe.skipIf(!celeryInstalled || !redisInstalled)('Events for Celery’s listeners', () => {
  let node: TestNode;
  let site: TestNode['site'];
  const run = (code: string, variables?: Record<string, unknown>) => site.python.run(code, variables);
  const all = async () => (await run('events')) as Event[];
  const ours = async (uuid: string) => (await all()).filter((event) => event.uuid === uuid);
  const typesOf = async (uuid: string) => (await ours(uuid)).map(({ type }) => type);
  const has = (uuid: string, type: string) => until(async () => (await typesOf(uuid)).includes(type));

  beforeAll(async () => {
    node = await openNode();
    ({ site } = node);
    await run(listen);
    node.serve();
    await until(async () => (await all()).some(({ hostname }) => hostname === 'ours@test'));
  });
  afterAll(() => node.close());

  it('shows a worker that lives', async () => {
    await until(async () => (await all()).filter(({ type }) => type === 'worker-heartbeat').length >= 2);
    const beat = (await all()).find(({ type }) => type === 'worker-heartbeat')!;
    expect(beat).toMatchObject({
      hostname: 'ours@test',
      pid: process.pid,
      freq: 2,
      active: 0,
      sw_ident: 'journeyman',
      sw_ver: '1.2.3',
    });
    expect(beat.loadavg).toHaveLength(3);
    expect(await run('[(w.hostname, w.alive) for w in state.workers.values()]')).toEqual([['ours@test', true]]);
  });

  it('tells of no task until somebody wants to know', async () => {
    const id = (await run('r = add.delay(1, 2); r.get(timeout=10); r.id')) as string;
    expect(await typesOf(id)).toEqual([]);
    await run('app.control.enable_events(reply=True, limit=1, timeout=10)');
  });

  it('tells of a task from its message to its end', async () => {
    const id = (await run('r = ids.delay(7, limit=3); r.get(timeout=10); r.id')) as string;
    await has(id, 'task-succeeded');
    expect(await typesOf(id)).toEqual(['task-received', 'task-started', 'task-succeeded']);
    const [received, , succeeded] = await ours(id);
    expect(received).toMatchObject({
      name: 'demo.ids',
      args: '(7,)',
      kwargs: "{'limit': 3}",
      root_id: id,
      parent_id: null,
      retries: 0,
    });
    expect(succeeded).toMatchObject({ result: "{'user_id': 7, 'limit': 3}", runtime: expect.any(Number), hostname: 'ours@test' });
    expect(await run('(lambda t: [t.state, t.name, t.worker.hostname])(state.tasks[id])', { id })).toEqual([
      'SUCCESS',
      'demo.ids',
      'ours@test',
    ]);
    const clocks = (await ours(id)).map(({ clock }) => clock);
    expect(clocks).toEqual([...clocks].sort((one, other) => one - other));
  });

  it('tells of failures, retries and revocations as Python knows them', async () => {
    const failed = (await run('r = fail.delay("too bad"); r.get(timeout=10, propagate=False); r.id')) as string;
    await has(failed, 'task-failed');
    expect((await ours(failed)).at(-1)).toMatchObject({
      exception: "ValueError('too bad')",
      traceback: expect.stringContaining('too bad'),
    });
    const retried = (await run('r = recover.delay(1); r.get(timeout=10); r.id')) as string;
    await has(retried, 'task-succeeded');
    expect(await typesOf(retried)).toEqual(['task-received', 'task-started', 'task-retried', 'task-started', 'task-succeeded']);
    const running = (await run('r = slow.delay(60); r.id')) as string;
    await until(() => node.worker.active().length === 1);
    await run('r.revoke(terminate=True)');
    await has(running, 'task-revoked');
    expect((await ours(running)).at(-1)).toMatchObject({ terminated: true, signum: 15, expired: false });
    const expired = (await run('add.apply_async((1, 2), countdown=0.5, expires=0.1).id')) as string;
    await has(expired, 'task-revoked');
    expect((await ours(expired)).at(-1)).toMatchObject({ terminated: false, expired: true });
  });

  it('names a task as its caller does, whatever the broker calls it', async () => {
    await run('add.apply_async((1, 2), task_id="user:17/add").get(timeout=10)');
    await has('user:17/add', 'task-succeeded');
    expect(await typesOf('user:17/add')).toEqual(['task-received', 'task-started', 'task-succeeded']);
  });

  it('shows arguments as their caller wants them to be shown', async () => {
    const id = (await run('add.apply_async((1, 2), argsrepr="<two numbers>").id')) as string;
    await has(id, 'task-received');
    expect((await ours(id))[0]).toMatchObject({ args: '<two numbers>' });
  });

  it('tells of the tasks that we enqueue ourselves', async () => {
    const { id } = await registeredTasks()
      .get('demo.add')!
      .delay({ a: 1, b: 2 } as never);
    await has(id, 'task-succeeded');
    expect((await ours(id))[0]).toMatchObject({ type: 'task-received', name: 'demo.add', kwargs: "{'a': 1, 'b': 2}" });
  });

  it('is understood by `celery events`', async () => {
    const dump = startDump(site.celerySettings);
    await until(async () => {
      await run('add.delay(1, 2).get(timeout=10)');
      return /ours@test.*task received/s.test(dump.output());
    });
    await dump.stop();
  });

  it('tells of no task any more when nobody wants to know, and says goodbye', async () => {
    await run('app.control.disable_events(reply=True, limit=1, timeout=10)');
    const id = (await run('r = add.delay(1, 2); r.get(timeout=10); r.id')) as string;
    await node.stopServing();
    await until(async () => (await all()).some(({ type }) => type === 'worker-offline'));
    expect(await typesOf(id)).toEqual([]);
    expect(await run('[w.alive for w in state.workers.values()]')).toEqual([false]);
  });
});
