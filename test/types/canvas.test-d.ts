// What the compiler must hold of signatures, chains, groups and chords. `npx tsc -p tsconfig.json` is the test: each line under
// an @ts-expect-error must be refused, everything else must compile. Nothing here is run.
import type { Kysely, Transaction } from 'kysely';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { Database } from '#src/db/schema.js';
import {
  type AnySignature,
  type AsyncResult,
  chain,
  chord,
  chunks,
  delayAllOnCommit,
  type GroupResult,
  group,
  map,
  task,
} from '#src/taskkit/index.js';
import { checkUserAchievements } from '#src/tasks/achievements.js';
import { sendWelcomeEmail } from '#src/tasks/email.js';
import { analyzeResumeAsync, extractResumeTextAsync } from '#src/tasks/resumes.js';

interface Number {
  n: number;
}
const number = { n: z.number() };
const start = task('tests.types.start', number, { returns: number });
const addTo = task('tests.types.add_to', { n: z.number(), more: z.number() }, { returns: number });
const sum = task('tests.types.sum', { results: z.array(z.object(number)) }, { returns: number });
const say = task('tests.types.say', { text: z.string(), times: z.number().optional() }, { returns: { text: z.string() } });
const sweep = task('tests.types.sweep_all', {}, { returns: { removed: z.number() } });

// Signatures: arguments may be left out, but not misspelt or of a wrong type.
start.s();
addTo.s({ more: 1 });
start.si({ n: 1 });
// @ts-expect-error a wrong type
start.s({ n: 'one' });
// @ts-expect-error one that the task does not take
start.s({ n: 1, m: 1 });
// @ts-expect-error an immutable signature is given everything
start.si({});

// Chains: a step finds what it leaves out in the result before it.
chain(start.s({ n: 1 }), start.s(), addTo.s({ more: 1 }));
chain(analyzeResumeAsync.s({ resumeId: 1 }), checkUserAchievements.s());
chain(extractResumeTextAsync.s({ resumeId: 1 }), analyzeResumeAsync.s(), checkUserAchievements.s());
chain(start.s({ n: 1 }), say.s({ text: 'done' }), say.s());
chain(start.s({ n: 1 }), say.si({ text: 'done' }), sweep.s(), sweep.si({}));
chain(start.s({ n: 1 }), map(start, [{ n: 1 }]));
chain(start.s({ n: 1 }), chunks(start, [{ n: 1 }, { n: 2 }], 1), sum.si({ results: [] }));
chain(chain(start.s(), start.s()), start.s());
// @ts-expect-error the text of a resume does not say whose it is
chain(extractResumeTextAsync.s({ resumeId: 1 }), checkUserAchievements.s());
// @ts-expect-error of two arguments one is not returned
chain(start.s({ n: 1 }), addTo.s());
// @ts-expect-error the third step counts as well
chain(start.s({ n: 1 }), start.s(), say.s());
// @ts-expect-error a step that returns nothing which the next one takes
chain(sweep.s(), start.s());
// @ts-expect-error a chain has a first step
chain();
// @ts-expect-error what an inner chain needs is needed
chain(say.s({ text: '' }), chain(start.s(), start.s()));

// A chain whose steps are only known at run time compiles, and is checked then.
const steps: AnySignature[] = [start.s({ n: 1 }), start.s()];
chain(...steps);

// Groups and chords.
chain(start.s({ n: 1 }), group(start.s(), addTo.s({ more: 1 })), sum.s());
chain(start.s({ n: 1 }), chord([start.s(), start.s()], sum.s()), start.s());
chord([start.s({ n: 1 }), chain(start.s({ n: 2 }), start.s())], sum.s());
chord(steps, sweep.s());
// @ts-expect-error one of the members finds nothing
chain(start.s({ n: 1 }), group(start.s(), say.s()));
// @ts-expect-error the results are not those the body takes
chord([say.s({ text: '' })], sum.s());
// @ts-expect-error the body gets `results`, not the fields of one result
chord([start.s({ n: 1 })], start.s());
// @ts-expect-error a chord in a chain needs what its header needs
chain(say.s({ text: '' }), chord([start.s()], sum.s()));

// What callers get.
expectTypeOf(chain(start.s({ n: 1 }), say.s({ text: '' })).delay()).resolves.toEqualTypeOf<AsyncResult<{ text: string }>>();
expectTypeOf(group(start.s({ n: 1 }), say.s({ text: '' })).delay()).resolves.toEqualTypeOf<
  GroupResult<[Number, { text: string }]>
>();
expectTypeOf(chain(start.s({ n: 1 }), group(start.s(), start.s())).delay()).resolves.toEqualTypeOf<
  GroupResult<[Number, Number]>
>();
expectTypeOf(chord([start.s({ n: 1 })], sum.s()).delay()).resolves.toEqualTypeOf<AsyncResult<Number>>();
expectTypeOf(map(start, [{ n: 1 }]).delay()).resolves.toEqualTypeOf<AsyncResult<Number[]>>();
expectTypeOf(chunks(start, [{ n: 1 }], 1).delay()).resolves.toEqualTypeOf<GroupResult<Number[][]>>();

declare const transaction: Transaction<Database>;
expectTypeOf(delayAllOnCommit(transaction, [start.s({ n: 1 }), group(say.s({ text: '' }))])).resolves.toEqualTypeOf<
  [AsyncResult<Number>, GroupResult<[{ text: string }]>]
>();
expectTypeOf(
  delayAllOnCommit(
    transaction,
    [1, 2].map((n) => start.s({ n })),
  ),
).resolves.toEqualTypeOf<AsyncResult<Number>[]>();
// @ts-expect-error the outbox needs a transaction
delayAllOnCommit({} as Kysely<Database>, steps);

// Options and callbacks.
sendWelcomeEmail
  .s({ userId: 1 })
  .set({ countdown: 30 })
  .link(say.s({ text: '' }))
  .onError(sweep.s());
// @ts-expect-error an unknown option
sendWelcomeEmail.s({ userId: 1 }).set({ delay: 30 });
// @ts-expect-error calls of a map are given everything
map(addTo, [{ n: 1 }]);
