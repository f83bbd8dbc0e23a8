import { type Kysely, type RawBuilder, sql } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { announceMentions, deleteContent } from './content.js';
import { type Person, personJson } from './person.js';

/** A post as one user sees it. */
export interface Post {
  id: number;
  author: Person;
  body: string;
  createdAt: Date;
  likes: number;
  comments: number;
  likedByMe: boolean;
}

/** Publishes a post; those it mentions are told, and with the first one the author's achievements are checked. */
export async function createPost(db: Kysely<Database>, authorId: number, body: string): Promise<Post> {
  const postId = await db.transaction().execute(async (trx) => {
    // What the statement returns is looked up before its own row is there.
    const { rows } = await sql<{ id: number; isFirst: boolean }>`
      INSERT INTO posts (author_id, body) VALUES (${authorId}, ${body})
      RETURNING id, NOT EXISTS (SELECT FROM posts AS earlier WHERE earlier.author_id = ${authorId}) AS "isFirst"
    `.execute(trx);
    const { id, isFirst } = rows[0]!;
    await recordActivity(trx, authorId, 'post', id);
    await announceMentions(trx, { type: 'post', contentId: id, authorId, body });
    if (isFirst) await checkUserAchievements.delayOnCommit(trx, { userId: authorId });
    return id;
  });
  return getPost(db, authorId, postId);
}

/** Throws CONTENT_NOT_FOUND; NOT_ALLOWED for another's post. */
export const deletePost = (db: Kysely<Database>, userId: number, postId: number): Promise<void> =>
  db.transaction().execute((trx) => deleteContent(trx, userId, 'post', postId));

/** Posts as `viewerId` sees them, newest first. Only those `chosen` are counted for. */
async function loadPosts(db: Kysely<Database>, viewerId: number, chosen: RawBuilder<unknown>): Promise<Post[]> {
  const { rows } = await sql<Post>`
    SELECT
      post.id, post.body, post.created_at AS "createdAt", ${personJson('author')} AS author,
      (SELECT count(*) FROM likes WHERE likes.post_id = post.id) AS likes,
      (SELECT count(*) FROM comments WHERE comments.post_id = post.id) AS comments,
      EXISTS (SELECT FROM likes WHERE likes.post_id = post.id AND likes.user_id = ${viewerId}) AS "likedByMe"
    FROM (${chosen}) AS post
    JOIN users AS author ON author.id = post.author_id
    ORDER BY post.created_at DESC, post.id DESC
  `.execute(db);
  return rows;
}

/** Throws CONTENT_NOT_FOUND. */
export async function getPost(db: Kysely<Database>, viewerId: number, postId: number): Promise<Post> {
  const [post] = await loadPosts(db, viewerId, sql`SELECT * FROM posts WHERE id = ${postId}`);
  if (!post) throw coded('CONTENT_NOT_FOUND', { type: 'post', contentId: postId });
  return post;
}

/** One page of all posts, newest first, with how many there are. Pages count from 1. */
export async function listPosts(
  db: Kysely<Database>,
  viewerId: number,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ items: Post[]; total: number }> {
  const chosen = sql`
    SELECT * FROM posts ORDER BY created_at DESC, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const [items, { total }] = await Promise.all([
    loadPosts(db, viewerId, chosen),
    db
      .selectFrom('posts')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total };
}
