import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chain, delayAllOnCommit, handle, startRelay, task } from '#src/taskkit/index.js';
import { brokerKinds, type OpenKit, openKit } from '../support/kit.js';

const count = task('tests.outbox.count', { n: z.number() }, { returns: {} });

describe.each(brokerKinds)('delayOnCommit() and its relay, on %s', (kind) => {
  let kit: OpenKit;
  const runs: number[] = [];
  beforeAll(async () => {
    kit = await openKit(kind);
    await kit.startWorker([
      handle(count, async ({ n }) => {
        runs.push(n);
        return {};
      }),
    ]);
  });
  afterAll(() => kit.close());

  it('the task runs when the transaction has committed', async () => {
    const stop = await kit.startRelay();
    const result = await kit.database.db.transaction().execute((trx) => count.delayOnCommit(trx, { n: 1 }));
    await result.get({ timeout: 30 });
    expect(runs).toEqual([1]);
    await stop();
  });

  it('a transaction that is rolled back enqueues nothing', async () => {
    const stop = await kit.startRelay();
    const { db } = kit.database;
    const rolledBack = db.transaction().execute(async (trx) => {
      await count.delayOnCommit(trx, { n: 2 });
      throw new Error('changed our mind');
    });
    await expect(rolledBack).rejects.toThrow('changed our mind');
    const after = await db.transaction().execute((trx) => count.delayOnCommit(trx, { n: 3 }));
    await after.get({ timeout: 30 });
    expect(runs).not.toContain(2);
    await stop();
  });

  it('what was committed while no relay ran is enqueued by the next one, once', async () => {
    const { db } = kit.database;
    const result = await db.transaction().execute((trx) => count.delayOnCommit(trx, { n: 4 }));
    expect(await result.state()).toBeUndefined();
    const stop = await kit.startRelay();
    await result.get({ timeout: 30 });
    expect(runs.filter((n) => n === 4)).toEqual([4]);
    expect(await db.selectFrom('task_outbox').selectAll().execute()).toEqual([]);
    await stop();
  });

  it('delayAllOnCommit() leaves many calls at once, each on its own, and none of a transaction that is rolled back', async () => {
    const { db } = kit.database;
    const numbers = Array.from({ length: 50 }, (_, n) => 200 + n);
    const calls = numbers.map((n) => count.s({ n }).set({ taskId: `count-${kind}-${n}` }));
    let writes = 0;
    const write: typeof kit.outbox.write = (...given) => {
      writes++;
      return kit.outbox.write(...given);
    };
    kit.connectWith({ outbox: { ...kit.outbox, write } });
    const rolledBack = db.transaction().execute(async (trx) => {
      await delayAllOnCommit(trx, calls);
      throw new Error('changed our mind');
    });
    await expect(rolledBack).rejects.toThrow('changed our mind');
    expect(await db.selectFrom('task_outbox').select('id').execute()).toEqual([]);

    writes = 0;
    const results = await db
      .transaction()
      .execute((trx) => delayAllOnCommit(trx, [...calls, chain(count.s({ n: 300 }), count.si({ n: 301 })), calls[0]!]));
    expect(writes).toBe(1);
    expect(results.slice(0, 50).map(({ id }) => id)).toEqual(numbers.map((n) => `count-${kind}-${n}`));
    expect(await db.transaction().execute((trx) => delayAllOnCommit(trx, []))).toEqual([]);
    kit.connectWith({});

    const stop = await kit.startRelay();
    for (const result of results) await result.get({ timeout: 30 });
    expect(runs.filter((n) => n >= 200 && n < 250).sort()).toEqual(numbers);
    expect(runs.filter((n) => n >= 300 && n < 310)).toEqual([300, 301]);
    await stop();
  });

  it('a relay that died between the broker and the outbox doubles nothing', async () => {
    const { db } = kit.database;
    const result = await db.transaction().execute((trx) => count.delayOnCommit(trx, { n: 5 }));
    const dying = kit.outbox.take(10, async (messages) => {
      await kit.broker.enqueue(messages);
      throw new Error('died here');
    });
    await expect(dying).rejects.toThrow('died here');
    await result.get({ timeout: 30 });
    const stop = await kit.startRelay();
    const after = await db.transaction().execute((trx) => count.delayOnCommit(trx, { n: 6 }));
    await after.get({ timeout: 30 });
    expect(runs.filter((n) => n === 5)).toEqual([5]);
    await stop();
  });

  it('many relays share the work and double nothing', async () => {
    const { db } = kit.database;
    const numbers = Array.from({ length: 200 }, (_, n) => 1000 + n);
    const relays = await Promise.all([1, 2, 3].map(() => startRelay(kit.outbox, kit.broker, kit.log)));
    const results = await Promise.all(numbers.map((n) => db.transaction().execute((trx) => count.delayOnCommit(trx, { n }))));
    for (const result of results) await result.get({ timeout: 30 });
    await Promise.all(relays.map((stop) => stop()));
    expect(runs.filter((n) => n >= 1000).sort()).toEqual(numbers);
  });
});
