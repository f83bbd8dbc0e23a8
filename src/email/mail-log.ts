import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';

/**
 * Holds the locks of mails, which `db`, a single connection, then has until `unlockMails` or the end of the connection: whoever
 * else wants to send one of them waits here. A process that dies leaves no lock behind.
 */
export async function lockMails(db: Kysely<Database>, uniqueKeys: string[]): Promise<void> {
  // In one order for all, so that no two wait for each other.
  await sql`
    SELECT pg_advisory_lock(lock)
    FROM (
      SELECT DISTINCT hashtextextended('mail:' || key, 0) AS lock FROM unnest(${uniqueKeys}::text[]) AS key ORDER BY lock
    ) AS ordered
  `.execute(db);
}

export async function unlockMails(db: Kysely<Database>): Promise<void> {
  await sql`SELECT pg_advisory_unlock_all()`.execute(db);
}

export interface MailLogEntry {
  /** Names the mail, such as `welcome:42`: a mail of one name is sent once. */
  uniqueKey: string;
  userId: number;
  address: string;
  template: string;
  subject: string | null;
  messageId: string;
  status: 'sending' | 'suppressed' | 'skipped' | 'failed';
  error: string | null;
  /** For which time it is. Default: now. */
  at?: Date | undefined;
}

export interface ClaimedMail {
  mailId: number;
  /** Of the first try: a second one bears the same. */
  messageId: string;
  /** Whether an earlier try has sent it. */
  sent: boolean;
}

/**
 * Notes what is about to become of mails, in place of what became of earlier tries. Those that were sent stay as they are.
 * Returns each mail by its unique key. The caller holds their locks.
 */
export async function claimMails(db: Kysely<Database>, entries: MailLogEntry[]): Promise<Map<string, ClaimedMail>> {
  await db
    .insertInto('mail_log')
    .values(
      entries.map(({ uniqueKey, userId, address, messageId, at, ...entry }) => ({
        unique_key: uniqueKey,
        user_id: userId,
        to_address: address,
        message_id: messageId,
        created_at: at ?? sql`now()`,
        ...entry,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('unique_key')
        .doUpdateSet(({ ref, fn }) => ({
          to_address: ref('excluded.to_address'),
          subject: ref('excluded.subject'),
          message_id: fn.coalesce('mail_log.message_id', 'excluded.message_id'),
          status: ref('excluded.status'),
          error: ref('excluded.error'),
        }))
        .where('mail_log.status', '!=', 'sent'),
    )
    .execute();
  const rows = await db
    .selectFrom('mail_log')
    .select([
      'unique_key as uniqueKey',
      'id as mailId',
      sql<string>`message_id`.as('messageId'),
      sql<boolean>`status = 'sent'`.as('sent'),
    ])
    .where(
      'unique_key',
      'in',
      entries.map(({ uniqueKey }) => uniqueKey),
    )
    .execute();
  return new Map(rows.map(({ uniqueKey, ...mail }) => [uniqueKey, mail]));
}

/** What became of a try: sent; failed for good, by a refusal of the mail or of its address; or still to be sent. */
export interface TriedMail {
  mailId: number;
  status: 'sent' | 'failed' | 'sending';
  error: string | null;
}

/** Notes tries, each of another mail. */
export async function markTried(db: Kysely<Database>, mails: TriedMail[]): Promise<void> {
  await sql`
    UPDATE mail_log
    SET status = tried.status, error = tried.error, attempts = attempts + 1, sent_at = CASE WHEN tried.status = 'sent' THEN now() END
    FROM unnest(
      ${mails.map(({ mailId }) => mailId)}::bigint[],
      ${mails.map(({ status }) => status)}::text[],
      ${mails.map(({ error }) => error)}::text[]
    ) AS tried (id, status, error)
    WHERE mail_log.id = tried.id
  `.execute(db);
}

/** Lets no further mail go to an address. An earlier reason stays. */
export async function suppressAddress(db: Kysely<Database>, address: string, reason: string): Promise<void> {
  await db
    .insertInto('email_suppressions')
    .values({ address: sql`lower(${address})`, reason })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
