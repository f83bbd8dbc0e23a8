import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { coded } from '#src/errors.js';
import { AsyncResult, chain, chord, chunks, GroupResult, group, handle, map, type RunEvent, task } from '#src/taskkit/index.js';
import { brokerKinds, type OpenKit, openKit, until } from '../support/kit.js';

const number = { n: z.number() };
const start = task('tests.canvas.start', number, { returns: number });
const double = task('tests.canvas.double', number, { returns: number, queue: 'other' });
const addTo = task('tests.canvas.add_to', { n: z.number(), more: z.number() }, { returns: number });
const sum = task('tests.canvas.sum', { results: z.array(z.object(number)) }, { returns: number });
const fail = task('tests.canvas.fail', {}, { returns: number, maxRetries: 0 });
const flaky = task('tests.canvas.flaky', number, { returns: number, maxRetries: 2, retryBackoff: 0.05 });
const note = task('tests.canvas.note', { n: z.number().optional(), label: z.string() }, { returns: {} });
const failed = task('tests.canvas.failed', { taskId: z.string(), code: z.string(), message: z.string() }, { returns: {} });
const again = task('tests.canvas.again', {}, { returns: {} });
const told = task('tests.canvas.told', number, { returns: number });
const batch = task(
  'tests.canvas.batch',
  { count: z.number(), breaks: z.boolean().optional() },
  {
    returns: { total: z.number(), failed: z.number(), builds: z.number() },
  },
);

describe.each(brokerKinds)('chains, groups and chords on %s', (kind) => {
  let kit: OpenKit;
  const ran: string[] = [];
  const failures: { taskId: string; code: string; message: string }[] = [];
  /** The last one of each task. */
  const events = new Map<string, RunEvent>();
  let builds = 0;

  beforeAll(async () => {
    kit = await openKit(kind);
    await kit.startWorker(
      [
        handle(start, async ({ n }) => {
          ran.push(`start ${n}`);
          return { n };
        }),
        handle(double, async ({ n }) => {
          ran.push(`double ${n}`);
          return { n: 2 * n };
        }),
        handle(addTo, async ({ n, more }) => ({ n: n + more })),
        handle(sum, async ({ results }) => ({ n: results.reduce((total, { n }) => total + n, 0) })),
        handle(fail, async () => {
          throw coded('USER_NOT_FOUND', { userId: 7 });
        }),
        handle(flaky, async ({ n }, { retries }) => {
          if (retries < 2) throw new Error('not yet');
          return { n };
        }),
        handle(note, async ({ n, label }) => {
          ran.push(`${label} ${n}`);
          return {};
        }),
        handle(failed, async (error) => {
          failures.push(error);
          return {};
        }),
        handle(again, async (_, context) => {
          await context.group(async () => []);
          await context.group(async () => []);
          return {};
        }),
        handle(
          told,
          async ({ n }) => {
            throw coded('USER_NOT_FOUND', { userId: n });
          },
          async ({ n }) => void ran.push(`told ${n}`),
        ),
        handle(batch, async ({ count, breaks }, context) => {
          const outcomes = await context.group(async () => {
            builds++;
            const calls = Array.from({ length: count }, (_, n) => start.s({ n }));
            return breaks ? [...calls, fail.s()] : calls;
          });
          const good = outcomes.filter((outcome) => 'result' in outcome);
          return { total: good.length, failed: outcomes.length - good.length, builds };
        }),
      ],
      { queues: ['celery', 'other'], observe: (event) => void events.set(event.id, event) },
    );
  });
  afterAll(() => kit.close());
  beforeEach(() => {
    ran.length = 0;
    failures.length = 0;
    builds = 0;
  });

  const patience = { timeout: 40 };

  it('a chain hands each result to the next step, over queues', async () => {
    const result = await chain(start.s({ n: 3 }), double.s(), addTo.s({ more: 1 })).applyAsync();
    expect(await result.get(patience)).toEqual({ n: 7 });
    expect(ran).toEqual(['start 3', 'double 3']);
    expect(await result.parent!.status()).toBe('SUCCESS');
    expect((await result.state())!.parents).toEqual([result.parent!.id]);
  });

  it('what a step was given stays, and an immutable step takes nothing', async () => {
    expect(await (await chain(start.s({ n: 3 }), addTo.s({ n: 10, more: 1 })).delay()).get(patience)).toEqual({ n: 11 });
    expect(await (await chain(start.s({ n: 3 }), double.si({ n: 100 })).delay()).get(patience)).toEqual({ n: 200 });
  });

  it('a chain of one is that task', async () => {
    expect(await (await chain(start.s({ n: 3 })).delay()).get(patience)).toEqual({ n: 3 });
  });

  it('a group runs its members side by side and gives their results in order', async () => {
    const result = await group(start.s({ n: 1 }), double.s({ n: 1 }), flaky.s({ n: 5 })).delay();
    expect(await result.join(patience)).toEqual([{ n: 1 }, { n: 2 }, { n: 5 }]);
    expect(await result.progress()).toEqual({ total: 3, succeeded: 3, failed: 0 });
    expect(await new GroupResult(result.id).completedCount()).toBe(3);
    expect(await result.results[1]!.status()).toBe('SUCCESS');
  });

  it('a group without members has no results, and ends', async () => {
    expect(await (await group().delay()).join(patience)).toEqual([]);
  });

  it('a chord gives all results of its header to its body', async () => {
    const result = await chord([start.s({ n: 1 }), double.s({ n: 5 })], sum.s()).delay();
    expect(await result.get(patience)).toEqual({ n: 11 });
  });

  it('a group may follow a task: each member gets its result', async () => {
    const result = await chain(start.s({ n: 4 }), group(double.s(), addTo.s({ more: 1 }))).delay();
    expect(await result.join(patience)).toEqual([{ n: 8 }, { n: 5 }]);
    expect(await result.progress()).toEqual({ total: 2, succeeded: 2, failed: 0 });
    expect(await result.results[0]!.status()).toBe('SUCCESS');
  });

  it('nests: a chain of groups, a group of chains, a chord in a chain', async () => {
    const inner = chain(start.s({ n: 1 }), double.s());
    const nested = chain(
      group(inner, chain(start.s({ n: 2 }), double.s(), double.s())),
      sum.s(),
      group(double.s(), double.s()),
      sum.s(),
    );
    expect(await (await nested.delay()).get(patience)).toEqual({ n: 40 });
    const chorded = chain(start.s({ n: 1 }), chord([double.s(), double.s()], sum.s()), double.s());
    expect(await (await chorded.delay()).get(patience)).toEqual({ n: 8 });
  });

  it('a step that fails fails those after it, with its name as the cause, and nothing hangs', async () => {
    const result = await chain(start.s({ n: 1 }), fail.s(), double.s(), addTo.s({ more: 1 })).delay();
    const failing = (result.parent as AsyncResult).parent!;
    await expect(result.get(patience)).rejects.toMatchObject({ cause: { code: 'TASK_DEPENDENCY_FAILED' } });
    await expect(result.get(patience)).rejects.toThrow(
      `Not run, because task ${failing.id} failed (USER_NOT_FOUND: There is no user 7.).`,
    );
    expect(await failing.status()).toBe('FAILURE');
    expect(ran).toEqual(['start 1']);
  });

  it('a member that fails fails the group when all have ended; the outcomes of the others are there', async () => {
    const result = await group(start.s({ n: 1 }), fail.s(), flaky.s({ n: 3 })).delay();
    await expect(result.join(patience)).rejects.toThrow(/USER_NOT_FOUND/);
    expect(await result.outcomes(patience)).toEqual([
      { result: { n: 1 } },
      { error: expect.objectContaining({ code: 'USER_NOT_FOUND' }) },
      { result: { n: 3 } },
    ]);
    expect(await result.progress()).toEqual({ total: 3, succeeded: 2, failed: 1 });
    await expect((await chord([fail.s()], sum.s()).delay()).get(patience)).rejects.toMatchObject({
      cause: { code: 'TASK_DEPENDENCY_FAILED' },
    });
  });

  it('link and onError run what follows a task', async () => {
    const linked = await start
      .s({ n: 9 })
      .link(note.s({ label: 'linked' }))
      .delay();
    await linked.get(patience);
    await until(() => ran.includes('linked 9'));
    const broken = await chain(fail.s(), double.s()).onError(failed.s()).delay();
    await expect(broken.get(patience)).rejects.toThrow();
    await until(() => failures.length > 0);
    expect(failures).toEqual([expect.objectContaining({ taskId: broken.id, code: 'TASK_DEPENDENCY_FAILED' })]);
  });

  it('chunks and map make many calls in few tasks', async () => {
    const calls = [1, 2, 3, 4, 5].map((n) => ({ n }));
    expect(await (await chunks(double, calls, 2).delay()).join(patience)).toEqual([
      [{ n: 2 }, { n: 4 }],
      [{ n: 6 }, { n: 8 }],
      [{ n: 10 }],
    ]);
    expect(await (await map(double, calls).delay()).get(patience)).toEqual([2, 4, 6, 8, 10].map((n) => ({ n })));
  });

  it('a task may enqueue a group and be completed by it', async () => {
    const result = await batch.delay({ count: 25 });
    expect(await result.get(patience)).toEqual({ total: 25, failed: 0, builds: 1 });
    expect(ran.filter((line) => line.startsWith('start'))).toHaveLength(25);
    const { children } = (await result.state())!;
    expect(children).toHaveLength(25);
    expect(await new AsyncResult(children![0]!).state()).toMatchObject({ status: 'SUCCESS', groupId: result.id });
    const partly = await batch.delay({ count: 3, breaks: true });
    expect(await partly.get(patience)).toMatchObject({ total: 3, failed: 1 });
    expect(await (await batch.delay({ count: 0 })).get(patience)).toMatchObject({ total: 0, failed: 0 });
  });

  it('a handler may wait for one group only', async () => {
    const result = await again.delay({});
    await expect(result.get(patience)).rejects.toMatchObject({ cause: { code: 'TASK_OPTIONS_INVALID' } });
    await expect(result.get(patience)).rejects.toThrow(/Task tests\.canvas\.again .* context\.group was called twice/);
  });

  it('a step that fails tells its handler with the arguments that it got from the step before', async () => {
    await expect((await chain(start.s({ n: 8 }), told.s()).delay()).get(patience)).rejects.toThrow('There is no user 8.');
    expect(ran).toEqual(['start 8', 'told 8']);
  });

  /** What the state and the events of a task say of its place in a graph. */
  async function placeOf(id: string) {
    await until(() => events.has(id));
    const { parentId, rootId, groupId } = events.get(id)!;
    expect(await new AsyncResult(id).state()).toMatchObject(JSON.parse(JSON.stringify({ parentId, rootId, groupId })));
    return [parentId, rootId, groupId];
  }

  it('each task knows what it continues, what its graph began with, and its group', async () => {
    const alone = await start.delay({ n: 1 });
    await alone.get(patience);
    expect(await placeOf(alone.id)).toEqual([undefined, undefined, undefined]);

    const first = `trace-first-${kind}`;
    const body = await chain(
      start.s({ n: 1 }).set({ taskId: first }),
      group(chain(double.s(), double.s()), double.s()),
      sum.s().link(note.s({ label: 'traced' })),
    ).delay();
    await body.get(patience);
    const members = body.parent as unknown as GroupResult;
    const [last, single] = members.results as [AsyncResult, AsyncResult];
    expect(await placeOf(first)).toEqual([undefined, undefined, undefined]);
    expect(await placeOf(members.id)).toEqual([first, first, undefined]);
    expect(await placeOf(last.parent!.id)).toEqual([first, first, undefined]);
    expect(await placeOf(last.id)).toEqual([last.parent!.id, first, members.id]);
    expect(await placeOf(single.id)).toEqual([first, first, members.id]);
    expect(await placeOf(body.id)).toEqual([members.id, first, undefined]);
    expect(await placeOf(`${body.id}-link-0`)).toEqual([body.id, first, undefined]);

    const header = await group(start.s({ n: 1 })).delay();
    await header.join(patience);
    expect(await placeOf(header.id)).toEqual([undefined, undefined, undefined]);
    expect(await placeOf(header.results[0]!.id)).toEqual([undefined, header.id, header.id]);

    const spawning = await batch.delay({ count: 1 });
    await spawning.get(patience);
    expect(await placeOf(`${spawning.id}-0`)).toEqual([spawning.id, spawning.id, spawning.id]);
  });

  it('a signature is only a description: clone, set and link leave it as it is', async () => {
    const described = start.s({ n: 1 });
    const later = described.clone().set({ countdown: 3600 });
    const result = await later.delay();
    expect(await result.status()).toBe('PENDING');
    expect(await (await described.delay()).get(patience)).toEqual({ n: 1 });
  });

  it('a call, a step, a member, a group and a callback may be given ids of their own', async () => {
    const named = start.s({ n: 1 }).set({ taskId: `named-${kind}` });
    expect((await named.delay()).id).toBe(`named-${kind}`);
    expect((await named.applyAsync({ taskId: `renamed-${kind}` })).id).toBe(`renamed-${kind}`);

    const members = [1, 2].map((n) => double.s({ n }).set({ taskId: `member-${n}-${kind}` }));
    const followed = chain(
      start.s({ n: 1 }).set({ taskId: `first-${kind}` }),
      group(...members).set({ taskId: `group-${kind}` }),
    );
    const grouped = await followed.onError(failed.s()).delay();
    expect(grouped.id).toBe(`group-${kind}`);
    expect(grouped.results.map(({ id }) => id)).toEqual([`member-1-${kind}`, `member-2-${kind}`]);
    expect(await grouped.join(patience)).toEqual([{ n: 2 }, { n: 4 }]);
    expect(await grouped.results[1]!.status()).toBe('SUCCESS');
    expect(await new AsyncResult(`first-${kind}`).status()).toBe('SUCCESS');

    const link = note.s({ label: 'called back' }).set({ taskId: `callback-${kind}` });
    await (await start.s({ n: 5 }).link(link).delay()).get(patience);
    expect(await new AsyncResult(`callback-${kind}`).get(patience)).toEqual({});
    expect(ran).toContain('called back 5');
  });

  it('a step with the id of a task that has ended is not run again', async () => {
    await (
      await start
        .s({ n: 1 })
        .set({ taskId: `known-${kind}` })
        .delay()
    ).get(patience);
    const again = start.s({ n: 2 }).set({ taskId: `known-${kind}` });
    expect(await (await chain(again, double.s()).delay()).get(patience)).toEqual({ n: 2 });
    expect(ran).not.toContain('start 2');
  });

  it('two tasks of a graph with one id, options that a group cannot take, and a first step without its arguments are refused', async () => {
    const twice = [1, 2].map((n) => start.s({ n }).set({ taskId: 'twice' }));
    await expect(group(...twice).delay()).rejects.toMatchObject({ code: 'TASK_OPTIONS_INVALID' });
    const refusal = { code: 'TASK_OPTIONS_INVALID', message: expect.stringContaining('a group takes no countdown, priority') };
    const options = { countdown: 1, priority: 2 };
    const both = group(start.s({ n: 1 }));
    expect(() => both.set(options)).toThrow(expect.objectContaining(refusal));
    await expect(both.applyAsync(options)).rejects.toMatchObject(refusal);
    await expect(chain(start.s({ n: 1 }), both).applyAsync(options)).rejects.toMatchObject(refusal);
    await expect(both.applyAsync({ taskId: '42' })).rejects.toMatchObject({ code: 'TASK_OPTIONS_INVALID' });
    await expect(chain(start.s(), double.s()).delay()).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });

  it('is enqueued whole or not at all, also by the outbox', async () => {
    await expect(chain(start.s({ n: 1 }), addTo.s({ more: 'x' } as never)).delay()).rejects.toMatchObject({
      code: 'TASK_ARGUMENTS_INVALID',
    });
    const stop = await kit.startRelay();
    const result = await kit.database.db.transaction().execute((trx) => chain(start.s({ n: 2 }), double.s()).delayOnCommit(trx));
    expect(await result.get(patience)).toEqual({ n: 4 });
    await stop();
  });

  it('a graph that is handed over twice runs once', async () => {
    const { db } = kit.database;
    const result = await db.transaction().execute((trx) => chain(start.s({ n: 70 }), double.s()).delayOnCommit(trx));
    const dying = kit.outbox.take(10, async (messages) => {
      await kit.broker.enqueue(messages);
      throw new Error('died here');
    });
    await expect(dying).rejects.toThrow('died here');
    const stop = await kit.startRelay();
    expect(await result.get(patience)).toEqual({ n: 140 });
    await until(async () => (await db.selectFrom('task_outbox').selectAll().execute()).length === 0);
    expect(ran.filter((line) => line.endsWith(' 70'))).toEqual(['start 70', 'double 70']);
    await stop();
  });
});
