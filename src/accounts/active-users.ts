import { type RawBuilder, sql } from 'kysely';

const day = 86_400_000;

/** Who counts as active, for every batch task: a user who is active and was seen in the last `days` days before `now`. */
export const activeUsers = (now: Date, days: number): RawBuilder<boolean> =>
  sql<boolean>`(users.is_active AND users.last_seen_at >= ${new Date(now.getTime() - days * day)})`;
