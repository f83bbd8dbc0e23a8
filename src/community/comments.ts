import { type Kysely, type RawBuilder, sql } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { sendCommentNotifications } from '../tasks/notifications.js';
import { announceMentions, deleteContent, lockContent } from './content.js';
import { type Person, personJson } from './person.js';

/** A comment as one user sees it. */
export interface Comment {
  id: number;
  postId: number;
  author: Person;
  body: string;
  createdAt: Date;
  likes: number;
  likedByMe: boolean;
}

/** Comments on a post; its author is told, and so are those whom the comment mentions. Throws CONTENT_NOT_FOUND. */
export async function createComment(
  db: Kysely<Database>,
  authorId: number,
  { postId, body }: { postId: number; body: string },
): Promise<Comment> {
  const commentId = await db.transaction().execute(async (trx) => {
    const postAuthorId = await lockContent(trx, 'post', postId, 'toReferTo');
    const { id } = await trx
      .insertInto('comments')
      .values({ post_id: postId, author_id: authorId, body })
      .returning('id')
      .executeTakeFirstOrThrow();
    await recordActivity(trx, authorId, 'comment', id);
    await announceMentions(trx, { type: 'comment', contentId: id, authorId, body });
    if (postAuthorId !== authorId) {
      await sendCommentNotifications.delayOnCommit(trx, { userId: postAuthorId, commenterId: authorId, contentType: 'post' });
    }
    return id;
  });
  const [comment] = await loadComments(db, authorId, sql`SELECT * FROM comments WHERE id = ${commentId}`);
  if (!comment) throw coded('CONTENT_NOT_FOUND', { type: 'comment', contentId: commentId });
  return comment;
}

/** Throws CONTENT_NOT_FOUND; NOT_ALLOWED for another's comment. */
export const deleteComment = (db: Kysely<Database>, userId: number, commentId: number): Promise<void> =>
  db.transaction().execute((trx) => deleteContent(trx, userId, 'comment', commentId));

/** Comments as `viewerId` sees them, oldest first, as a conversation is read. */
async function loadComments(db: Kysely<Database>, viewerId: number, chosen: RawBuilder<unknown>): Promise<Comment[]> {
  const { rows } = await sql<Comment>`
    SELECT
      comment.id, comment.post_id AS "postId", comment.body, comment.created_at AS "createdAt", ${personJson('author')} AS author,
      (SELECT count(*) FROM likes WHERE likes.comment_id = comment.id) AS likes,
      EXISTS (SELECT FROM likes WHERE likes.comment_id = comment.id AND likes.user_id = ${viewerId}) AS "likedByMe"
    FROM (${chosen}) AS comment
    JOIN users AS author ON author.id = comment.author_id
    ORDER BY comment.created_at, comment.id
  `.execute(db);
  return rows;
}

/** One page of a post's comments, oldest first, with how many there are. Pages count from 1. Throws CONTENT_NOT_FOUND. */
export async function listComments(
  db: Kysely<Database>,
  viewerId: number,
  { postId, page, pageSize }: { postId: number; page: number; pageSize: number },
): Promise<{ items: Comment[]; total: number }> {
  const chosen = sql`
    SELECT * FROM comments WHERE post_id = ${postId}
    ORDER BY created_at, id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const [items, post] = await Promise.all([
    loadComments(db, viewerId, chosen),
    db
      .selectFrom('posts')
      .select(({ selectFrom }) =>
        selectFrom('comments')
          .whereRef('comments.post_id', '=', 'posts.id')
          .select(({ fn }) => fn.countAll<number>().as('total'))
          .$asScalar()
          .$notNull()
          .as('total'),
      )
      .where('id', '=', postId)
      .executeTakeFirst(),
  ]);
  if (!post) throw coded('CONTENT_NOT_FOUND', { type: 'post', contentId: postId });
  return { items, total: post.total };
}
