import type { Kysely } from 'kysely';
import { achievementDefinitions } from '#src/achievements/index.js';
import type { Database } from '#src/db/schema.js';
import { createMailer, createRenderer, createUnsubscribeLinks, type Mailer, type MailServices } from '#src/email/index.js';
import { createTestDatabase } from './database.js';
import { memoryLog } from './kit.js';

/** What sends mails to many in tests: a database of its own, and a mail server that a test may change. */
export async function openBulkMail() {
  const database = await createTestDatabase();
  const { db } = database;
  await db
    .insertInto('achievements')
    .values([...achievementDefinitions])
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const renderer = createRenderer({ folder: 'dist/emails', frontendUrl: 'https://careers.example.com' });
  const unsubscribeLink = createUnsubscribeLinks({ secretKey: 'k'.repeat(32), apiUrl: 'https://api.example.com' });
  const mailers: Mailer[] = [];
  return {
    db,
    url: database.url,
    /** The services, with mails going to this server. */
    services(emailUrl: string, using: Kysely<Database> = db): MailServices {
      const mailer = createMailer({
        emailUrl,
        from: 'Careers <careers@platform.example>',
        connections: 3,
        stateDir: '/nonexistent',
        log: memoryLog(),
      });
      mailers.push(mailer);
      return { db: using, mailer, renderer, unsubscribeLink };
    },
    closeMailers: async () => {
      await Promise.all(mailers.splice(0).map((mailer) => mailer.close()));
    },
    close: () => database.drop(),
  };
}

/** Makes the rows that mails to many tell of. */
export function fixtures(db: Kysely<Database>) {
  let made = 0;
  const id = async (rows: Promise<{ id: number }>) => (await rows).id;
  return {
    user(values: { lastSeen: Date; name?: string; email?: string; timezone?: string; is_active?: boolean; headline?: string }) {
      made += 1;
      const { lastSeen, ...columns } = values;
      return db
        .insertInto('users')
        .values({
          email: `user${made}@example.com`,
          username: `user${made}`,
          name: 'Maya Okafor',
          password_hash: 'x',
          last_seen_at: lastSeen,
          ...columns,
        })
        .returning(['id', 'email'])
        .executeTakeFirstOrThrow();
    },
    post: (authorId: number, at: Date, body = 'A post') =>
      id(db.insertInto('posts').values({ author_id: authorId, body, created_at: at }).returning('id').executeTakeFirstOrThrow()),
    comment: (postId: number, authorId: number, at: Date) =>
      id(
        db
          .insertInto('comments')
          .values({ post_id: postId, author_id: authorId, body: 'A comment', created_at: at })
          .returning('id')
          .executeTakeFirstOrThrow(),
      ),
    like: (userId: number, on: { post_id: number } | { comment_id: number }, at: Date) =>
      db
        .insertInto('likes')
        .values({ user_id: userId, ...on, created_at: at })
        .execute(),
    points: (userId: number, points: number, at: Date) =>
      db
        .insertInto('points_ledger')
        .values({ user_id: userId, points, source: `test:${++made}`, created_at: at })
        .execute(),
    unlock: (userId: number, key: string, at: Date) =>
      db.insertInto('user_achievements').values({ user_id: userId, achievement_key: key, unlocked_at: at }).execute(),
    connection: (requesterId: number, addresseeId: number, at: Date, status: 'pending' | 'accepted') =>
      db
        .insertInto('connections')
        .values({
          requester_id: requesterId,
          addressee_id: addresseeId,
          status,
          created_at: at,
          answered_at: status === 'pending' ? null : at,
        })
        .execute(),
    recommend: (
      userId: number,
      kind: 'jobs' | 'courses',
      items: object[],
      at: Date,
      expires = new Date(at.getTime() + 2 * 86_400_000),
    ) =>
      db
        .insertInto('recommendations')
        .values({ user_id: userId, kind, items: JSON.stringify(items), computed_at: at, renewed_at: at, expires_at: expires })
        .onConflict((conflict) =>
          conflict
            .columns(['user_id', 'kind'])
            .doUpdateSet({ items: JSON.stringify(items), computed_at: at, renewed_at: at, expires_at: expires }),
        )
        .execute(),
    switchOff: (userId: number, kind: string) =>
      db.insertInto('email_preferences').values({ user_id: userId, kind, enabled: false }).execute(),
    suppress: (address: string) => db.insertInto('email_suppressions').values({ address, reason: 'bounce' }).execute(),
    mails: (uniqueKeyLike: string) =>
      db.selectFrom('mail_log').selectAll().where('unique_key', 'like', uniqueKeyLike).orderBy('id').execute(),
  };
}
