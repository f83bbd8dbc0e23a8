import { type Kysely, sql, type Transaction } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { oncePer } from '../taskkit/index.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { sendLikeNotifications } from '../tasks/notifications.js';
import { type ContentType, lockContent } from './content.js';

export interface LikeState {
  liked: boolean;
  /** How many people like it. */
  likes: number;
}

interface Liking {
  userId: number;
  type: ContentType;
  contentId: number;
}

const columns = { post: sql.ref('post_id'), comment: sql.ref('comment_id') };

/** Likes a post or comment. The first time its author is told, and the author's achievements are checked soon. Throws CONTENT_NOT_FOUND. */
export function like(db: Kysely<Database>, { userId, type, contentId }: Liking, now: Date): Promise<LikeState> {
  return db.transaction().execute(async (trx) => {
    const authorId = await lockContent(trx, type, contentId, 'toReferTo');
    const { numAffectedRows } = await sql`
      INSERT INTO likes (user_id, ${columns[type]}) VALUES (${userId}, ${contentId}) ON CONFLICT DO NOTHING
    `.execute(trx);
    if (numAffectedRows) {
      await recordActivity(trx, userId, 'like', contentId);
      if (authorId !== userId) await announceLike(trx, { userId, type, contentId }, authorId, now);
    }
    return { liked: true, likes: await countLikes(trx, type, contentId) };
  });
}

/** Takes a like back. Throws CONTENT_NOT_FOUND. */
export function unlike(db: Kysely<Database>, { userId, type, contentId }: Liking): Promise<LikeState> {
  return db.transaction().execute(async (trx) => {
    await lockContent(trx, type, contentId, 'toReferTo');
    const { numAffectedRows } = await sql`
      DELETE FROM likes WHERE user_id = ${userId} AND ${columns[type]} = ${contentId}
    `.execute(trx);
    if (numAffectedRows) await recordActivity(trx, userId, 'unlike', contentId);
    return { liked: false, likes: await countLikes(trx, type, contentId) };
  });
}

async function announceLike(trx: Transaction<Database>, { userId, type, contentId }: Liking, authorId: number, now: Date) {
  await sendLikeNotifications.delayOnCommit(
    trx,
    { userId: authorId, likerId: userId, contentType: type },
    // One who takes the like back and likes again is not announced again.
    { taskId: `like-${userId}-${type}-${contentId}` },
  );
  // So that a flood of likes is no flood of checks.
  await checkUserAchievements.delayOnCommit(trx, { userId: authorId }, oncePer(60, `likes-of-${authorId}`, now));
}

async function countLikes(trx: Transaction<Database>, type: ContentType, contentId: number): Promise<number> {
  const { rows } = await sql<{ likes: number }>`
    SELECT count(*) AS likes FROM likes WHERE ${columns[type]} = ${contentId}
  `.execute(trx);
  return rows[0]!.likes;
}
