import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AsyncResult, handle, task } from '#src/taskkit/index.js';
import { brokerKinds, gate, type OpenKit, openKit, until } from '../support/kit.js';

const add = task('tests.calls.add', { a: z.number(), b: z.number() }, { returns: { sum: z.number() } });
const note = task('tests.calls.note', { text: z.string() }, { returns: {} });
const slow = task('tests.calls.slow', {}, { returns: {} });
const elsewhere = task('tests.calls.elsewhere', { n: z.number() }, { queue: 'elsewhere', returns: {} });
const routed = task('tests.calls.routed', {}, { queue: 'celery', returns: {} });

describe.each(brokerKinds)('calling tasks on %s', (kind) => {
  let kit: OpenKit;
  const notes: string[] = [];
  let hold = gate();
  const handlers = [
    handle(add, async ({ a, b }) => ({ sum: a + b })),
    handle(note, async ({ text }) => {
      notes.push(text);
      return {};
    }),
    handle(slow, async (_, context) => {
      await context.progress({ step: 1, of: 2 });
      await hold.opened;
      return {};
    }),
    handle(elsewhere, async () => ({})),
  ];
  beforeAll(async () => {
    kit = await openKit(kind);
  });
  afterAll(() => kit.close());

  it('delay() gives a result to wait for, and its id alone is enough to ask for it', async () => {
    const worker = await kit.startWorker(handlers);
    const result = await add.delay({ a: 2, b: 3 });
    expect(await result.get({ timeout: 30 })).toEqual({ sum: 5 });
    const byId = new AsyncResult(result.id);
    expect(await byId.status()).toBe('SUCCESS');
    const state = await byId.state();
    expect(state).toMatchObject({ name: 'tests.calls.add', queue: 'celery', retries: 0, result: { sum: 5 }, worker: 'worker' });
    expect(state!.startedAt!.getTime()).toBeGreaterThanOrEqual(state!.enqueuedAt!.getTime());
    expect(state!.finishedAt!.getTime()).toBeGreaterThanOrEqual(state!.startedAt!.getTime());
    await worker.stop(10);
  });

  it('a waiting task and an unknown id are PENDING, and get() gives up after its timeout', async () => {
    const waiting = await elsewhere.delay({ n: 1 });
    expect(await waiting.status()).toBe('PENDING');
    expect(await new AsyncResult('no-such-task').status()).toBe('PENDING');
    expect(await new AsyncResult('no-such-task').state()).toBeUndefined();
    await expect(waiting.get({ timeout: 0.05 })).rejects.toMatchObject({ code: 'TASK_TIMED_OUT_WAITING' });
  });

  it('a running task is STARTED and shows its progress', async () => {
    hold = gate();
    const worker = await kit.startWorker(handlers);
    const result = await slow.delay({});
    await until(async () => (await result.state())?.progress !== undefined);
    expect(await result.state()).toMatchObject({ status: 'STARTED', progress: { step: 1, of: 2 } });
    expect(await kit.broker.counts()).toContainEqual(expect.objectContaining({ queue: 'celery', active: 1 }));
    hold.open();
    await result.get({ timeout: 30 });
    await worker.stop(10);
  });

  it('a call with wrong arguments or options fails at the caller, and nothing is queued', async () => {
    const before = await kit.broker.counts();
    await expect(add.delay({ a: 1 } as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID', permanent: true });
    await expect(add.delay({ a: 1, b: 2, c: 3 } as never)).rejects.toThrow(/c/);
    await expect(note.delay({ text: 'a\0b' })).rejects.toMatchObject({ code: 'TASK_PAYLOAD_NOT_STORABLE' });
    await expect(note.delay({ text: 'half \ud800 pair' })).rejects.toThrow(/surrogate.*arguments\.text/);
    await expect(note.delay({ text: 'x'.repeat(5_000_000) })).rejects.toMatchObject({ code: 'TASK_PAYLOAD_TOO_LARGE' });
    const options = { countdown: 1, eta: new Date(), priority: 10, taskId: '42', queue: 'a:b' };
    await expect(note.applyAsync({ text: '' }, options)).rejects.toThrow(/not both.*priority.*queue.*taskId/);
    expect(await kit.broker.counts()).toEqual(before);
  });

  it('countdown and eta hold a task back', async () => {
    const worker = await kit.startWorker(handlers);
    const asked = Date.now();
    const later = await add.applyAsync({ a: 1, b: 1 }, { countdown: 1 });
    const alsoLater = await add.applyAsync({ a: 1, b: 1 }, { eta: new Date(asked + 1000) });
    const now = await add.delay({ a: 1, b: 1 });
    await now.get({ timeout: 30 });
    expect(await later.status()).toBe('PENDING');
    for (const result of [later, alsoLater]) {
      await result.get({ timeout: 30 });
      expect((await result.state())!.startedAt!.getTime()).toBeGreaterThanOrEqual(asked + 1000);
    }
    await worker.stop(10);
  });

  it('an expired task is REVOKED and does not run', async () => {
    const expired = await note.applyAsync({ text: 'too late' }, { expires: new Date(Date.now() - 1000) });
    const inTime = await note.applyAsync({ text: 'in time' }, { expires: 3600 });
    const worker = await kit.startWorker(handlers);
    await inTime.get({ timeout: 30 });
    await expect(expired.get({ timeout: 30 })).rejects.toMatchObject({ code: 'TASK_FAILED', cause: { code: 'TASK_EXPIRED' } });
    expect(await expired.status()).toBe('REVOKED');
    expect(notes).toContain('in time');
    expect(notes).not.toContain('too late');
    await worker.stop(10);
  });

  it('lower priorities run first, and equal ones in order', async () => {
    const order = [];
    for (const [text, priority] of [
      ['nine', 9],
      ['five', 5],
      ['zero', 0],
      ['nine too', 9],
      ['zero too', 0],
    ] as const) {
      order.push(await note.applyAsync({ text }, { priority }));
    }
    notes.length = 0;
    const worker = await kit.startWorker(handlers, { concurrency: 1 });
    for (const result of order) await result.get({ timeout: 30 });
    expect(notes).toEqual(['zero', 'zero too', 'five', 'nine', 'nine too']);
    await worker.stop(10);
  });

  it('many messages at once run in their order, each once however often they are sent', async () => {
    const messages = Array.from({ length: 350 }, (_, n) => ({
      id: `many-${n}`,
      name: note.taskName,
      queue: 'many',
      args: { text: `${n}` },
      priority: 0,
      retry: { maxRetries: 0, retryBackoff: 1, retryBackoffMax: 1, retryJitter: false },
      ignoreResult: false,
    }));
    const ids = messages.map(({ id }) => id);
    expect(await kit.broker.enqueue(messages.slice(0, 120))).toEqual(ids.slice(0, 120));
    expect(await kit.broker.enqueue(messages)).toEqual(ids);
    notes.length = 0;
    const worker = await kit.startWorker(handlers, { queues: ['many'], concurrency: 1 });
    await new AsyncResult(ids.at(-1)!).get({ timeout: 30 });
    expect(notes).toEqual(messages.map(({ args }) => args.text));
    await worker.stop(10);
  });

  it('a task goes to its queue, a route wins over it, a call wins over both; a worker serves only its queues', async () => {
    kit.connectWith({ routes: { 'tests.calls.r*': 'routed' } });
    const queues = async (results: Promise<AsyncResult>[]) =>
      Promise.all(results.map(async (r) => (await (await r).state())!.queue));
    expect(await queues([elsewhere.delay({ n: 2 }), routed.delay({}), routed.applyAsync({}, { queue: 'chosen' })])).toEqual([
      'elsewhere',
      'routed',
      'chosen',
    ]);
    kit.connectWith({});
    const worker = await kit.startWorker(handlers, { queues: ['elsewhere'] });
    const mine = await elsewhere.delay({ n: 3 });
    const notMine = await add.delay({ a: 1, b: 2 });
    await mine.get({ timeout: 30 });
    expect(await notMine.status()).toBe('PENDING');
    await worker.stop(10);
  });

  it('a worker warns when it starts of tasks that it will take and has no handler for, and of no others', async () => {
    kit.log.lines.length = 0;
    const worker = await kit.startWorker(handlers.slice(0, 3), { name: 'incomplete' });
    const warning = kit.log.lines.find((line) => line.startsWith('incomplete has no handler for '));
    expect(warning).toContain(routed.taskName);
    expect(warning).not.toContain(elsewhere.taskName);
    expect(warning).not.toContain(add.taskName);
    await worker.addConsumer('elsewhere');
    expect(kit.log.lines.filter((line) => line.startsWith(`incomplete has no handler for ${elsewhere.taskName},`))).toHaveLength(
      1,
    );
    await worker.stop(10);
  });

  it('a second message with the id of a known task is ignored, also after that one has run', async () => {
    notes.length = 0;
    await note.applyAsync({ text: 'once' }, { taskId: 'only-once' });
    await note.applyAsync({ text: 'twice' }, { taskId: 'only-once' });
    const worker = await kit.startWorker(handlers);
    await new AsyncResult('only-once').get({ timeout: 30 });
    await note.applyAsync({ text: 'thrice' }, { taskId: 'only-once' });
    const after = await note.delay({ text: 'after' });
    await after.get({ timeout: 30 });
    expect(notes).toEqual(['once', 'after']);
    await worker.stop(10);
  });

  it('calling a task as a function runs it here and now', async () => {
    kit.connectWith({ handlers });
    expect(await add({ a: 20, b: 22 })).toEqual({ sum: 42 });
    await expect(add({ a: 'x' } as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
    await expect(routed({})).rejects.toMatchObject({ code: 'TASK_HANDLER_MISSING' });
    kit.connectWith({});
  });

  it('expireResults() forgets what has finished', async () => {
    const worker = await kit.startWorker(handlers);
    const result = await add.delay({ a: 1, b: 1 });
    await result.get({ timeout: 30 });
    await until(async () => Date.now() > (await result.state())!.finishedAt!.getTime());
    expect(await kit.broker.expireResults()).toBeGreaterThan(0);
    expect(await result.state()).toBeUndefined();
    await worker.stop(10);
  });
});
