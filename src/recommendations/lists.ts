import { type Kysely, sql } from 'kysely';
import { ageSeconds } from '../db/cached-analytics.js';
import type { Database } from '../db/schema.js';
import { delayAllOnCommit } from '../taskkit/index.js';
import { type RecommendationKind, recommendTasks } from '../tasks/recommendations.js';
import type { Item } from './engine/index.js';

/** What is recommended to a user of one kind, and how old it is. */
export interface RecommendationList {
  items: Item[];
  /** Null when nothing has been computed yet. */
  computedAt: Date | null;
  expiresAt: Date | null;
  ageSeconds: number | null;
  /** Whether the list is missing or has expired; a newer one is on its way then. */
  stale: boolean;
}

/**
 * The lists of a user as they were computed last, without what does not hold any more: jobs that are closed or applied for, courses
 * that the user is enrolled in, and so on. Lists that are missing or have expired are asked for.
 */
export async function readLists<K extends RecommendationKind>(
  db: Kysely<Database>,
  { userId, kinds, now }: { userId: number; kinds: readonly K[]; now: Date },
): Promise<Record<K, RecommendationList>> {
  const stored = await findLists(db, userId, now);
  const lists = kinds.map((kind) => {
    const list = stored.find((other) => other.kind === kind);
    return { kind, items: list?.items ?? [], ...ageOf(list, now) };
  });
  const stale = lists.filter((list) => list.stale).map(({ kind }) => kind);
  if (stale.length > 0) await askFor(db, userId, stale, now);
  return Object.fromEntries(lists.map(({ kind, ...list }) => [kind, list])) as Record<K, RecommendationList>;
}

interface StoredList {
  kind: RecommendationKind;
  items: Item[];
  computedAt: Date;
  expiresAt: Date;
}

function ageOf(list: StoredList | undefined, now: Date) {
  if (!list) return { computedAt: null, expiresAt: null, ageSeconds: null, stale: true };
  const { computedAt, expiresAt } = list;
  return { computedAt, expiresAt, ageSeconds: ageSeconds(list, now), stale: expiresAt <= now };
}

const isStillGood = (userId: number, now: Date) => sql`
  NOT EXISTS (
    SELECT FROM recommendation_dismissals AS dismissed
    WHERE dismissed.user_id = ${userId} AND dismissed.kind = list.kind AND dismissed.item_id = entry.id
  ) AND CASE list.kind
    WHEN 'jobs' THEN
      EXISTS (SELECT FROM jobs WHERE id = entry.id AND status = 'open' AND (expires_at IS NULL OR expires_at > ${now}))
      AND NOT EXISTS (SELECT FROM job_applications WHERE job_id = entry.id AND user_id = ${userId})
    WHEN 'courses' THEN
      EXISTS (SELECT FROM courses WHERE id = entry.id)
      AND NOT EXISTS (SELECT FROM enrollments WHERE course_id = entry.id AND user_id = ${userId})
    WHEN 'mentors' THEN
      EXISTS (
        SELECT FROM mentors JOIN users ON users.id = mentors.user_id
        WHERE mentors.user_id = entry.id AND accepts_mentees AND is_active
      )
      AND NOT EXISTS (
        SELECT FROM mentor_sessions
        WHERE mentor_id = entry.id AND mentee_id = ${userId} AND status IN ('requested', 'accepted')
      )
    WHEN 'skills' THEN
      EXISTS (SELECT FROM skills WHERE id = entry.id)
      AND NOT EXISTS (SELECT FROM user_skills WHERE skill_id = entry.id AND user_id = ${userId})
    WHEN 'connections' THEN
      EXISTS (SELECT FROM users WHERE id = entry.id AND is_active)
      AND NOT EXISTS (
        SELECT FROM connections
        WHERE least(requester_id, addressee_id) = least(entry.id, ${userId}::bigint)
          AND greatest(requester_id, addressee_id) = greatest(entry.id, ${userId}::bigint)
      )
  END`;

async function findLists(db: Kysely<Database>, userId: number, now: Date): Promise<StoredList[]> {
  const { rows } = await sql<StoredList>`
    SELECT kind, computed_at AS "computedAt", expires_at AS "expiresAt", (
      SELECT coalesce(jsonb_agg(entry.item ORDER BY entry.place), '[]')
      FROM (
        SELECT item, place, (item ->> 'id')::bigint AS id
        FROM jsonb_array_elements(list.items) WITH ORDINALITY AS listed (item, place)
      ) AS entry
      WHERE ${isStillGood(userId, now)}
    ) AS items
    FROM recommendations AS list
    WHERE user_id = ${userId}
  `.execute(db);
  return rows;
}

/** However often a user asks, one task a minute and kind at most is enqueued. */
const askFor = (db: Kysely<Database>, userId: number, kinds: readonly RecommendationKind[], now: Date) =>
  db.transaction().execute((trx) =>
    delayAllOnCommit(
      trx,
      kinds.map((kind) =>
        recommendTasks[kind].s({ userId }).set({ taskId: `renew-${kind}-${userId}-${Math.floor(now.getTime() / 60_000)}` }),
      ),
    ),
  );
