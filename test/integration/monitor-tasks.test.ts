import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RevokeAnswer, TaskDetail, TaskGraph, TaskPage, TaskStarted } from '#src/monitor/types/index.js';
import { AsyncResult, chain, group, handle, task } from '#src/taskkit/index.js';
import { failure } from '../support/api.js';
import { brokerKinds, gate, until } from '../support/kit.js';
import { bodyOf, type OpenMonitor, openMonitor } from '../support/monitor-server.js';

const add = task('tests.monitor_tasks.add', { a: z.number(), b: z.number() }, { maxRetries: 0, returns: { sum: z.number() } });
const note = task('tests.monitor_tasks.note', { text: z.string() }, { returns: { length: z.number() } });
const secret = task(
  'tests.monitor_tasks.secret',
  { userId: z.number(), token: z.string().max(10) },
  { sealed: ['token'], returns: { read: z.string() } },
);
const slow = task('tests.monitor_tasks.slow', {}, { maxRetries: 0, returns: {} });
const asleep = task('tests.monitor_tasks.asleep', {}, { queue: 'unserved', returns: {} });

describe.each(brokerKinds)("the monitor's tasks on %s", (kind) => {
  let monitor: OpenMonitor;
  let worker: Awaited<ReturnType<OpenMonitor['startFullWorker']>>;
  let mayFail = true;
  const read: string[] = [];
  const hold = gate();

  beforeAll(async () => {
    monitor = await openMonitor(kind);
    worker = await monitor.startFullWorker([
      handle(add, async ({ a, b }) => {
        if (a < 0 && mayFail) throw new Error(`no ${a}, please`);
        return { sum: a + b };
      }),
      handle(note, async ({ text }, { log }) => {
        log.info({ text }, `It has ${text.length} characters`);
        log.debug({}, 'not kept');
        return { length: text.length };
      }),
      handle(secret, async ({ token }) => {
        read.push(token);
        return { read: 'yes' };
      }),
      handle(slow, async (_, { signal }) => {
        await Promise.race([hold.opened, new Promise((_resolve, reject) => signal.addEventListener('abort', reject))]);
        return {};
      }),
    ]);
  });
  afterAll(async () => {
    hold.open();
    await monitor.close();
  });

  const page = async (query: string, more = '') =>
    bodyOf<TaskPage>(await monitor.get(`/api/tasks?query=${encodeURIComponent(query)}${more}`));
  const detail = async (id: string) => bodyOf<TaskDetail>(await monitor.get(`/api/tasks/${id}`));
  /** Waits until a task has ended and the history knows. */
  const ended = async (id: string) => {
    await until(() => new AsyncResult(id).ready());
    await worker.flush();
  };

  it('lists runs by a query, sorted, page by page', async () => {
    const sums = await Promise.all([1, 2, 3].map((a) => add.delay({ a, b: 10 })));
    for (const { id } of sums) await ended(id);
    const first = await page('name:add state:SUCCESS', '&limit=2&sort=-enqueuedAt');
    expect(first.runs).toHaveLength(2);
    expect(first.runs[0]).toMatchObject({
      name: 'tests.monitor_tasks.add',
      status: 'SUCCESS',
      queue: 'celery',
      worker: 'worker',
    });
    const second = await page('name:add state:SUCCESS', `&limit=2&sort=-enqueuedAt&cursor=${first.next}`);
    expect(second.next).toBeNull();
    expect([...first.runs, ...second.runs].map(({ id }) => id).sort()).toEqual(sums.map(({ id }) => id).sort());
    expect((await page('kwargs:a=2')).runs.map(({ result }) => result)).toEqual([{ sum: 12 }]);
    expect((await page('name:add -kwargs:a=2')).runs).toHaveLength(2);
    const byRuntime = await page('name:add', '&sort=runtimeMs');
    const runtimes = byRuntime.runs.map(({ runtimeMs }) => runtimeMs!);
    expect(runtimes).toEqual([...runtimes].sort((a, b) => a - b));
  });

  it('shows a task in full, with its times, code and what can be done', async () => {
    const { id } = await add.delay({ a: 20, b: 22 });
    await ended(id);
    const shown = await detail(id);
    expect(shown).toMatchObject({
      id,
      status: 'SUCCESS',
      args: { a: 20, b: 22 },
      result: { sum: 42 },
      inBroker: true,
      actions: ['run-again'],
      contract: { exportName: 'add', parameters: [{ name: 'a', required: true, sealed: false }, { name: 'b' }] },
      code: {
        delay: 'await add.delay({ a: 20, b: 22 });',
        call: `journeyman call tests.monitor_tasks.add --kwargs '{"a":20,"b":22}'`,
      },
    });
    expect(shown.timeline.map(({ what }) => what)).toEqual(['enqueued', 'started', 'finished']);
    expect(shown.sameTask.map((run) => run.name)).toContain('tests.monitor_tasks.add');
    expect(failure(await monitor.get('/api/tasks/no-such-task'))).toEqual([404, 'TASK_ID_UNKNOWN']);
  });

  it('shows hostile and large arguments as they are, cut', async () => {
    const script = await note.delay({ text: '<script>alert(1)</script>' });
    const large = await note.delay({ text: 'x'.repeat(1_000_000) });
    for (const { id } of [script, large]) await ended(id);
    const answer = await monitor.get(`/api/tasks/${script.id}`);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(bodyOf<TaskDetail>(answer).args).toEqual({ text: '<script>alert(1)</script>' });
    const shown = await detail(large.id);
    expect(shown.logs).toEqual([{ at: expect.any(String), level: 'info', message: 'It has 1000000 characters' }]);
    expect(JSON.stringify(shown.args).length).toBeLessThan(3000);
    // Unchanged, it is run again with the broker's own copy, whole.
    const again = bodyOf<TaskStarted>(await monitor.post(`/api/tasks/${large.id}/run-again`));
    expect(await new AsyncResult(again.id).get({ timeout: 30 })).toEqual({ length: 1_000_000 });
  });

  it('retries a failed task once more under its own id, and the history follows', async () => {
    const { id } = await add.delay({ a: -1, b: 1 });
    await ended(id);
    const failed = await detail(id);
    expect(failed).toMatchObject({
      status: 'FAILURE',
      error: { message: 'no -1, please', stack: expect.any(String) },
      actions: ['retry', 'run-again'],
    });
    mayFail = false;
    expect(bodyOf<TaskStarted>(await monitor.post(`/api/tasks/${id}/retry`))).toEqual({ id });
    expect(await new AsyncResult(id).get({ timeout: 30 })).toEqual({ sum: 0 });
    await worker.flush();
    const shown = await detail(id);
    expect(shown).toMatchObject({ status: 'SUCCESS', result: { sum: 0 }, error: null });
    expect(shown.timeline.map(({ what, error }) => [what, error?.message])).toEqual([
      ['enqueued', undefined],
      ['started', undefined],
      ['finished', 'no -1, please'],
      ['started', undefined],
      ['finished', undefined],
    ]);
    expect(failure(await monitor.post(`/api/tasks/${id}/retry`))).toEqual([409, 'TASK_NOT_RETRYABLE']);
    expect(failure(await monitor.post('/api/tasks/nothing/retry'))).toEqual([404, 'TASK_ID_UNKNOWN']);
    mayFail = true;
  });

  it('runs a task again with changed arguments, checked by its contract', async () => {
    const { id } = await add.delay({ a: 1, b: 1 });
    await ended(id);
    const changed = await monitor.post(`/api/tasks/${id}/run-again`, { args: { a: 5, b: 1 } });
    expect(await new AsyncResult(bodyOf<TaskStarted>(changed).id).get({ timeout: 30 })).toEqual({ sum: 6 });
    const wrong = await monitor.post(`/api/tasks/${id}/run-again`, { args: { a: 'five', b: 1 } });
    expect(failure(wrong)).toEqual([400, 'TASK_ARGUMENTS_INVALID']);
  });

  it('never shows a sealed argument, and keeps it sealed when the task is run again', async () => {
    const { id } = await secret.delay({ userId: 1, token: 'abc123' });
    await ended(id);
    const answer = await monitor.get(`/api/tasks/${id}`);
    expect(answer.body).not.toContain('abc123');
    expect(bodyOf<TaskDetail>(answer).args).toEqual({ userId: 1, token: '[redacted]' });
    const again = await monitor.post(`/api/tasks/${id}/run-again`, { args: { userId: 2, token: '[redacted]' } });
    const { id: second } = bodyOf<TaskStarted>(again);
    await ended(second);
    expect(read).toEqual(['abc123', 'abc123']);
    expect((await monitor.broker.storedCall(second))?.args).toEqual({ userId: 2, token: expect.stringMatching(/^sealed:/) });
    // Without the broker's own message there is only the placeholder.
    await monitor.database.db
      .insertInto('task_history')
      .values(historyRow('gone-1', { userId: 1, token: '[redacted]' }))
      .execute();
    expect(failure(await monitor.post('/api/tasks/gone-1/run-again'))).toEqual([410, 'TASK_MESSAGE_GONE']);
    expect(failure(await monitor.post('/api/tasks/gone-1/retry'))).toEqual([410, 'TASK_MESSAGE_GONE']);
  });

  it('revokes a task that waits, once and again, and brings it back', async () => {
    const { id } = await asleep.delay({});
    expect(await detail(id)).toMatchObject({ status: 'PENDING', actions: ['run-again', 'revoke'], args: {} });
    expect(bodyOf<RevokeAnswer>(await monitor.post(`/api/tasks/${id}/revoke`))).toEqual({ outcome: 'revoked' });
    expect(bodyOf<RevokeAnswer>(await monitor.post(`/api/tasks/${id}/revoke`))).toEqual({ outcome: 'revoked' });
    expect(failure(await monitor.post('/api/tasks/nothing/revoke'))).toEqual([404, 'TASK_ID_UNKNOWN']);
  });

  it('terminates a task that runs, and retries a revoked one', async () => {
    const { id } = await slow.delay({});
    await until(async () => (await new AsyncResult(id).status()) === 'STARTED');
    await worker.flush();
    expect((await detail(id)).actions).toEqual(['run-again', 'revoke', 'terminate']);
    expect(bodyOf<RevokeAnswer>(await monitor.post(`/api/tasks/${id}/revoke`, { terminate: true }))).toEqual({
      outcome: 'terminated',
    });
    await ended(id);
    expect(await detail(id)).toMatchObject({ status: 'REVOKED', actions: ['retry', 'run-again'] });
    hold.open();
    expect(bodyOf<TaskStarted>(await monitor.post(`/api/tasks/${id}/retry`))).toEqual({ id });
    expect(await new AsyncResult(id).get({ timeout: 30 })).toEqual({});
  });

  it('shows the graph of a chain that ends in a group', async () => {
    const result = await chain(add.s({ a: 1, b: 1 }), group(note.si({ text: 'one' }), note.si({ text: 'two' }))).delay();
    await until(async () => (await result.progress()).succeeded === 2);
    await worker.flush();
    const runs = (await page('name:note args:two')).runs;
    const graph = bodyOf<TaskGraph>(await monitor.get(`/api/tasks/${runs[0]!.id}/graph`));
    expect(
      graph.nodes
        .map(({ name }) => name)
        .filter((name) => name.startsWith('tests.'))
        .sort(),
    ).toEqual(['tests.monitor_tasks.add', 'tests.monitor_tasks.note', 'tests.monitor_tasks.note']);
    const first = graph.nodes.find(({ name }) => name === 'tests.monitor_tasks.add')!;
    expect(graph.edges.filter(({ from }) => from === first.id)).not.toHaveLength(0);
    expect(graph.cut).toBe(false);
  });

  it('enqueues any task that is known, with a queue and a wait', async () => {
    const called = await monitor.post('/api/tasks', { name: 'tests.monitor_tasks.add', args: { a: 1, b: 2 } });
    expect(await new AsyncResult(bodyOf<TaskStarted>(called).id).get({ timeout: 30 })).toEqual({ sum: 3 });
    expect(failure(await monitor.post('/api/tasks', { name: 'tests.none', args: {} }))).toEqual([404, 'TASK_UNKNOWN']);
    expect(failure(await monitor.post('/api/tasks', { name: 'add', args: {}, queue: 'a:b' }))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('writes down every action, with who did it and how it ended', async () => {
    const rows = await monitor.database.db.selectFrom('monitor_audit').selectAll().orderBy('id').execute();
    expect(rows.find(({ action, outcome }) => action === 'task.retry' && outcome === 'done')).toMatchObject({
      user_name: 'anonymous',
      address: '127.0.0.1',
    });
    expect(rows.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(
      expect.arrayContaining(['task.retry TASK_NOT_RETRYABLE', 'task.run-again done', 'task.terminate done', 'task.call done']),
    );
    expect(rows.filter(({ outcome }) => outcome === 'begun')).toEqual([]);
    expect(JSON.stringify(rows)).not.toContain('abc123');
  });
});

const historyRow = (id: string, args: object) => {
  const at = new Date();
  return {
    id,
    name: 'tests.monitor_tasks.secret',
    queue: 'celery',
    state: 'FAILURE' as const,
    args: JSON.stringify(args),
    enqueued_at: at,
    finished_at: at,
    updated_at: at,
  };
};
