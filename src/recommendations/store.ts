import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { delayAllOnCommit } from '../taskkit/index.js';
import { sendJobMatchEmail } from '../tasks/email.js';
import type { Kind } from './engine/index.js';
import type { ComputedLists } from './engine-thread.js';
import { newMatch } from './job-matches.js';

/** How long a list counts as new, in milliseconds: until the next daily run, and as long again as that one may be late. */
const lifetime = 36 * 3_600_000;

export interface StoreOptions {
  computedAt: Date;
  /** A user hears of a job that is new in the list from this score on. */
  jobMatchThreshold: number;
}

/**
 * Replaces the lists of these users, unless newer ones are there; users who have gone since are passed over. Mails on jobs that are new
 * and suit well are left in the outbox, one a user and day. All or nothing. Returns how many lists were stored.
 */
export function storeLists(db: Kysely<Database>, lists: ComputedLists, options: StoreOptions): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const present = await lockPresent(trx, lists.userIds);
    await announceMatches(trx, lists, options);
    let stored = 0;
    for (const [kind, json] of Object.entries(lists.json)) {
      stored += await upsert(trx, { kind: kind as Kind, json, present, computedAt: options.computedAt });
    }
    return stored;
  });
}

/** Keeps those who are there from being deleted until the transaction ends. */
async function lockPresent(trx: Transaction<Database>, userIds: number[]): Promise<number[]> {
  const rows = await trx
    .selectFrom('users')
    .select('id')
    .where('id', '=', sql<number>`ANY(${userIds}::bigint[])`)
    .orderBy('id')
    .forKeyShare()
    .execute();
  return rows.map(({ id }) => id);
}

const idsOf = (list: string) => sql`jsonb_path_query_array(${sql.ref(list)}.items, '$[*].id')`;

/** In the order of the users, so that two who store the same lists do not wait for each other for ever. */
async function upsert(
  trx: Transaction<Database>,
  { kind, json, present, computedAt }: { kind: Kind; json: string; present: number[]; computedAt: Date },
): Promise<number> {
  const { numAffectedRows } = await sql`
    INSERT INTO recommendations (user_id, kind, items, computed_at, expires_at, renewed_at)
    SELECT list."userId", ${kind}, list.items, ${computedAt}, ${new Date(computedAt.getTime() + lifetime)}, ${computedAt}
    FROM jsonb_to_recordset(${json}::jsonb) AS list ("userId" bigint, items jsonb)
    WHERE list."userId" = ANY(${present}::bigint[])
    ORDER BY list."userId"
    ON CONFLICT (user_id, kind) DO UPDATE SET
      items = excluded.items, computed_at = excluded.computed_at, expires_at = excluded.expires_at,
      renewed_at = CASE WHEN ${idsOf('recommendations')} @> ${idsOf('excluded')} THEN recommendations.renewed_at ELSE excluded.computed_at END
    WHERE recommendations.computed_at <= excluded.computed_at
  `.execute(trx);
  return Number(numAffectedRows ?? 0);
}

async function announceMatches(
  trx: Transaction<Database>,
  { userIds, jobs }: ComputedLists,
  { computedAt, jobMatchThreshold }: StoreOptions,
): Promise<void> {
  const ranked = new Map(userIds.map((userId, at) => [userId, jobs[at]!]));
  const candidates = userIds.filter((userId) => newMatch(ranked.get(userId)!, [], jobMatchThreshold) !== undefined);
  if (candidates.length === 0) return;

  const day = computedAt.toISOString().slice(0, 10);
  const mails = (await findRecommendedBefore(trx, candidates, day)).flatMap(({ userId, jobIds }) => {
    const jobId = newMatch(ranked.get(userId)!, jobIds, jobMatchThreshold);
    // The id lets two runs at once leave one mail.
    return jobId === undefined ? [] : [sendJobMatchEmail.s({ userId, jobId }).set({ taskId: `job-match-${userId}-${day}` })];
  });
  await delayAllOnCommit(trx, mails);
}

/** The jobs in the present lists of these users; users are left out who have had a mail on a job on this day, which is one of UTC. */
async function findRecommendedBefore(trx: Transaction<Database>, userIds: number[], day: string) {
  const { rows } = await sql<{ userId: number; jobIds: number[] }>`
    SELECT person.id AS "userId", ARRAY(
      SELECT (item ->> 'id')::bigint FROM recommendations AS list, jsonb_array_elements(list.items) AS item
      WHERE list.user_id = person.id AND list.kind = 'jobs'
    ) AS "jobIds"
    FROM unnest(${userIds}::bigint[]) AS person (id)
    WHERE NOT EXISTS (
      SELECT FROM mail_log
      WHERE mail_log.user_id = person.id AND template = 'job_match' AND created_at >= ${`${day}T00:00:00Z`}::timestamptz
    )
  `.execute(trx);
  return rows;
}
