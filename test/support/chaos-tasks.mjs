/**
 * The tasks of the chaos test. Each run leaves a row in `chaos_runs`, so that doubled runs are counted, and, once it has done
 * its work, its effect in `chaos_effects`, where a key is there once at most.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { coded } from '#src/errors.js';
import { handle, task } from '#src/taskkit/index.js';

const number = { n: z.number() };
/** `key` names the effect, `ms` is how long the work takes. */
const work = { key: z.string(), ms: z.number() };
const options = { maxRetries: 3, retryBackoff: 0.2 };

/** Gives the number it gets plus one. */
export const addOne = task('tests.chaos.add_one', { ...work, ...number }, { ...options, returns: number });
/** The same on another queue; fails as often as it is told to before it does its work. */
export const flaky = task(
  'tests.chaos.flaky',
  { ...work, ...number, failures: z.number() },
  { ...options, returns: number, queue: 'other' },
);
/** Fails for good. */
export const broken = task('tests.chaos.broken', { key: z.string() }, { ...options, returns: number });
export const sum = task('tests.chaos.sum', { ...work, results: z.array(z.object(number)) }, { ...options, returns: number });
/** Enqueues `count` tasks while it runs and gives the sum of their results. */
export const spread = task('tests.chaos.spread', { ...work, count: z.number() }, { ...options, returns: number });

export async function createChaosTables(db) {
  await sql`create table chaos_runs (effect_key text not null, task_id text not null, retries int not null)`.execute(db);
  await sql`create table chaos_effects (effect_key text primary key)`.execute(db);
  await sql`create table chaos_orders (order_key text primary key)`.execute(db);
}

export function chaosHandlers(db) {
  const run = async ({ key, ms = 0 }, { id, retries }, act) => {
    await sql`insert into chaos_runs values (${key}, ${id}, ${retries})`.execute(db);
    await sleep(ms);
    const result = await act();
    await sql`insert into chaos_effects values (${key}) on conflict do nothing`.execute(db);
    return result;
  };
  return [
    handle(addOne, (args, context) => run(args, context, () => ({ n: args.n + 1 }))),
    handle(flaky, (args, context) =>
      run(args, context, () => {
        if (context.retries < args.failures) throw new Error(`failure ${context.retries + 1} of ${args.failures}`);
        return { n: args.n + 1 };
      }),
    ),
    handle(broken, (args, context) =>
      run(args, context, () => {
        throw coded('USER_NOT_FOUND', { userId: 7 });
      }),
    ),
    handle(sum, (args, context) => run(args, context, () => ({ n: args.results.reduce((total, { n }) => total + n, 0) }))),
    handle(spread, async ({ key, ms, count }, context) => {
      const outcomes = await context.group(async () =>
        Array.from({ length: count }, (_, n) => addOne.s({ key: `${key}/${n}`, ms, n })),
      );
      // A member that lost its worker too often makes this one fail with the member's code as the reason.
      const lost = outcomes.find((outcome) => 'error' in outcome);
      if (lost) throw coded('TASK_DEPENDENCY_FAILED', { id: 'of the spread', reason: lost.error.code });
      return run({ key, ms }, context, () => ({ n: outcomes.reduce((total, { result }) => total + result.n, 0) }));
    }),
  ];
}
