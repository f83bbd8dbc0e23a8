// What the compiler must hold of tasks, their calls and their handlers. `npx tsc -p tsconfig.json` is the test: each line under
// an @ts-expect-error must be refused, everything else must compile. Nothing here is run.
import type { Kysely, Transaction } from 'kysely';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { Database } from '#src/db/schema.js';
import { type AsyncResult, handle, task } from '#src/taskkit/index.js';

const closeJob = task(
  'tests.types.close_job',
  { jobId: z.number(), reason: z.string().optional() },
  { returns: { jobId: z.number(), closed: z.boolean() } },
);
const sweep = task('tests.types.sweep', {}, { returns: { removed: z.number() } });

// Secrets are arguments of the task, and texts.
const secret = { userId: z.number(), token: z.string(), hint: z.string().nullish() };
task('tests.types.sealed', secret, { sealed: ['token', 'hint'], returns: {} });
// @ts-expect-error a number cannot be sealed
task('tests.types.sealed_number', secret, { sealed: ['userId'], returns: {} });
// @ts-expect-error there is no such argument
task('tests.types.sealed_nothing', secret, { sealed: ['tokens'], returns: {} });

// Arguments.
closeJob.delay({ jobId: 1 });
closeJob.delay({ jobId: 1, reason: 'filled' });
sweep.delay({});
// @ts-expect-error a wrong type
closeJob.delay({ jobId: '1' });
// @ts-expect-error one is missing
closeJob.delay({ reason: 'filled' });
// @ts-expect-error none at all
closeJob.delay();
// @ts-expect-error one that the task does not take
closeJob.delay({ jobId: 1, because: 'filled' });
// @ts-expect-error it takes none
sweep.delay({ jobId: 1 });
// @ts-expect-error the same holds for a call here and now
closeJob({ jobId: '1' });

// Options.
closeJob.applyAsync({ jobId: 1 }, { countdown: 30, priority: 2, expires: new Date(), eta: new Date() });
// @ts-expect-error an unknown option
closeJob.applyAsync({ jobId: 1 }, { delay: 30 });
// @ts-expect-error seconds are a number
closeJob.applyAsync({ jobId: 1 }, { countdown: '30s' });
// @ts-expect-error an option of the contract, not of a call
closeJob.applyAsync({ jobId: 1 }, { timeLimit: 30 });
// @ts-expect-error an unknown option of a contract
task('tests.types.misspelt', {}, { returns: {}, maxRetry: 3 });
// @ts-expect-error a contract says what is returned
task('tests.types.nothing', {}, { queue: 'jobs' });

// Results.
expectTypeOf(closeJob.delay({ jobId: 1 })).resolves.toEqualTypeOf<AsyncResult<{ jobId: number; closed: boolean }>>();
expectTypeOf((await closeJob.delay({ jobId: 1 })).get).returns.resolves.toEqualTypeOf<{ jobId: number; closed: boolean }>();
expectTypeOf(closeJob({ jobId: 1 })).resolves.toEqualTypeOf<{ jobId: number; closed: boolean }>();

// Handlers.
handle(closeJob, async ({ jobId, reason }, context) => {
  expectTypeOf(jobId).toEqualTypeOf<number>();
  expectTypeOf(reason).toEqualTypeOf<string | undefined>();
  expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
  expectTypeOf(context.retry()).toEqualTypeOf<never>();
  return { jobId, closed: true };
});
// @ts-expect-error a result that is not what the contract promises
handle(closeJob, async ({ jobId }) => ({ jobId, closed: 'yes' }));
// @ts-expect-error a field is missing
handle(closeJob, async ({ jobId }) => ({ jobId }));
// @ts-expect-error an argument that the contract does not have
handle(closeJob, async ({ companyId }) => ({ jobId: companyId, closed: true }));

// The outbox takes the application's transaction, so that it cannot be handed the database by mistake.
declare const db: Kysely<Database>;
declare const transaction: Transaction<Database>;
closeJob.delayOnCommit(transaction, { jobId: 1 }, { countdown: 30 });
closeJob.s({ jobId: 1 }).delayOnCommit(transaction);
// @ts-expect-error the database is no transaction
closeJob.delayOnCommit(db, { jobId: 1 });
// @ts-expect-error nor is anything else
closeJob.delayOnCommit({}, { jobId: 1 });
// @ts-expect-error the same holds for signatures
closeJob.s({ jobId: 1 }).delayOnCommit(db);
