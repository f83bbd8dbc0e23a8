import { sql, type Transaction } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { sendMentionNotifications } from '../tasks/notifications.js';
import { findMentions } from './mentions.js';

/** What people write, like and mention each other in. */
export type ContentType = 'post' | 'comment';

const tables = { post: sql.table('posts'), comment: sql.table('comments') };

const locks = { toReferTo: sql`FOR KEY SHARE`, toDelete: sql`FOR UPDATE` };

/**
 * Locks a post or comment until the transaction ends: those who refer to it keep it from being deleted, but not each other from
 * doing the same. Returns its author's id; throws CONTENT_NOT_FOUND.
 */
export async function lockContent(
  trx: Transaction<Database>,
  type: ContentType,
  contentId: number,
  lock: keyof typeof locks,
): Promise<number> {
  const { rows } = await sql<{ authorId: number }>`
    SELECT author_id AS "authorId" FROM ${tables[type]} WHERE id = ${contentId} ${locks[lock]}
  `.execute(trx);
  const [content] = rows;
  if (!content) throw coded('CONTENT_NOT_FOUND', { type, contentId });
  return content.authorId;
}

/** Deletes a user's own post or comment with all that hangs on it. Throws CONTENT_NOT_FOUND; NOT_ALLOWED for another's. */
export async function deleteContent(
  trx: Transaction<Database>,
  userId: number,
  type: ContentType,
  contentId: number,
): Promise<void> {
  const authorId = await lockContent(trx, type, contentId, 'toDelete');
  if (authorId !== userId) throw coded('NOT_ALLOWED', { reason: `only its author may delete a ${type}` });
  await sql`DELETE FROM ${tables[type]} WHERE id = ${contentId}`.execute(trx);
  await recordActivity(trx, userId, `${type}_deleted`, contentId);
}

/** Has those told whom the text of something new mentions: users who are active, and not its author. */
export async function announceMentions(
  trx: Transaction<Database>,
  { type, contentId, authorId, body }: { type: ContentType; contentId: number; authorId: number; body: string },
): Promise<void> {
  const usernames = findMentions(body);
  if (usernames.length === 0) return;
  const mentioned = await trx
    .selectFrom('users')
    .select('id')
    .where(sql`lower(username)`, '=', sql`ANY(${usernames}::text[])`)
    .where('is_active', '=', true)
    .where('id', '<>', authorId)
    .orderBy('id')
    .execute();
  if (mentioned.length === 0) return;
  const userIds = mentioned.map(({ id }) => id);
  await sendMentionNotifications.delayOnCommit(trx, { userIds, mentionType: type, contentId });
}
