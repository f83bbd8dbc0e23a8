import { type Kysely, type RawBuilder, sql } from 'kysely';
import { activeUsers } from '../accounts/index.js';
import { inChunks, type KeyRange, keyRanges } from '../batch.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import type { TaskContext } from '../taskkit/index.js';
import { recommendationLimits, recommendChunk } from '../tasks/recommendations.js';
import type { Engine } from './create-engine.js';
import type { Kind } from './engine/index.js';
import { loadFacts } from './facts.js';
import { storeLists } from './store.js';

/** How many users one chunk is for. It occupies the engine for some tenths of a second, in which single users wait. */
const chunkSize = 500;

export interface RecommendationServices {
  db: Kysely<Database>;
  engine: Engine;
  clock: () => Date;
  /** Those seen in so many days are active. */
  activeUserDays: number;
  /** A user gets a mail on a job that is new in the list from this score on, from 0 to 1. */
  jobMatchThreshold: number;
}

/** `active` are the users who were seen lately, `all` also those who were not. Whose account is closed is in neither. */
type Audience = 'active' | 'all';

const isIn = (audience: Audience, { clock, activeUserDays }: RecommendationServices): RawBuilder<boolean> =>
  audience === 'all' ? sql<boolean>`users.is_active` : activeUsers(clock(), activeUserDays);

/** Has these kinds computed for an audience, in chunks; gives the sums of what the chunks returned. */
export async function recommendToAll(
  services: RecommendationServices,
  context: TaskContext,
  { kinds, audience }: { kinds: Kind[]; audience: Audience },
): Promise<{ users: number; stored: number; chunks: number }> {
  const totals = await inChunks(context, async () => {
    const users = sql`SELECT id FROM users WHERE ${isIn(audience, services)}`;
    const ranges = await keyRanges(services.db, users, chunkSize);
    return ranges.map((range) => recommendChunk.s({ ...range, kinds, audience }));
  });
  return { users: 0, stored: 0, ...totals };
}

/** Computes and stores these kinds for the users of a range, in a handful of statements however many there are. */
export async function recommendToRange(
  services: RecommendationServices,
  { fromId, toId, kinds, audience }: KeyRange & { kinds: Kind[]; audience: Audience },
): Promise<{ users: number; stored: number }> {
  const { db } = services;
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('id', '>=', fromId)
    .where('id', '<=', toId)
    .where(isIn(audience, services))
    .execute();
  if (rows.length === 0) return { users: 0, stored: 0 };
  const userIds = rows.map(({ id }) => id);
  const limits = Object.fromEntries(kinds.map((kind) => [kind, recommendationLimits[kind]]));
  const { stored } = await recommendTo(services, userIds, limits);
  return { users: userIds.length, stored };
}

/** Computes and stores one kind for one user. Throws USER_NOT_FOUND. */
export async function recommendToUser(
  services: RecommendationServices,
  kind: Kind,
  { userId, limit }: { userId: number; limit: number },
): Promise<{ userId: number; kind: Kind; items: number; skipped?: string }> {
  const { users, items } = await recommendTo(services, [userId], { [kind]: limit });
  if (users > 0) return { userId, kind, items };
  const user = await services.db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst();
  if (!user) throw coded('USER_NOT_FOUND', { userId });
  return { userId, kind, items, skipped: 'inactive user' };
}

async function recommendTo(
  { db, engine, clock, jobMatchThreshold }: RecommendationServices,
  userIds: number[],
  limits: Partial<Record<Kind, number>>,
): Promise<{ users: number; items: number; stored: number }> {
  const computedAt = clock();
  const facts = await loadFacts(db, userIds);
  if (facts.length === 0) return { users: 0, items: 0, stored: 0 };
  const lists = await engine.recommend(facts, limits, computedAt);
  const stored = await storeLists(db, lists, { computedAt, jobMatchThreshold });
  return { users: facts.length, items: lists.items, stored };
}
