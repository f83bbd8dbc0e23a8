import type { Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import type { Decision, Standing } from './decide.js';
import { lockUsers, saveUnlocks, standingsOf } from './queries.js';
import type { Rule } from './rules.js';

/** An achievement that is new to a user. */
export interface Unlock {
  userId: number;
  rule: Rule;
}

/**
 * Unlocks what `judge` decides for each of the users, in three statements however many they are. Users who are gone are left
 * out. Whoever else does it for one of them waits until the transaction ends, and then finds it done.
 *
 * @param rules Those that `judge` looks at.
 */
export async function settle(
  trx: Transaction<Database>,
  userIds: number[],
  { rules, judge, now }: { rules: readonly Rule[]; judge: (standing: Standing) => Decision; now: Date },
): Promise<Map<number, Decision>> {
  const known = await lockUsers(trx, userIds);
  const standings = await standingsOf(trx, known, rules);
  const decisions = new Map([...standings].map(([userId, standing]) => [userId, judge(standing)]));
  await saveUnlocks(
    trx,
    unlocksOf(decisions).map(({ userId, rule: { key, points } }) => ({ userId, key, points })),
    now,
  );
  return decisions;
}

/** What is unlocked by these decisions, user by user. */
export const unlocksOf = (decisions: Map<number, Decision>): Unlock[] =>
  [...decisions].flatMap(([userId, { unlock }]) => unlock.map((rule) => ({ userId, rule })));
