import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';

export interface Recipient {
  userId: number;
  address: string;
  name: string;
  username: string;
  isActive: boolean;
  /** Why no mail goes to the address, such as an earlier bounce; null when it may. */
  suppressedBecause: string | null;
}

/** The user a mail goes to. Throws USER_NOT_FOUND. */
export async function findRecipient(db: Kysely<Database>, userId: number): Promise<Recipient> {
  const recipient = await db
    .selectFrom('users')
    .leftJoin('email_suppressions', (join) => join.on('email_suppressions.address', '=', sql<string>`lower(users.email)`))
    .select([
      'users.id as userId',
      'users.email as address',
      'users.name',
      'users.username',
      'users.is_active as isActive',
      'email_suppressions.reason as suppressedBecause',
    ])
    .where('users.id', '=', userId)
    .executeTakeFirst();
  if (!recipient) throw coded('USER_NOT_FOUND', { userId });
  return recipient;
}

interface MailLogEntry {
  uniqueKey: string;
  userId: number;
  address: string;
  template: string;
  subject: string;
  messageId: string;
  status: 'sending' | 'suppressed' | 'skipped';
  error: string | null;
}

/** Notes what is about to become of a mail, in place of what became of an earlier try. A mail that was sent stays as it is. */
export async function claimMail(db: Kysely<Database>, entry: MailLogEntry): Promise<void> {
  await db
    .insertInto('mail_log')
    .values({
      unique_key: entry.uniqueKey,
      user_id: entry.userId,
      to_address: entry.address,
      template: entry.template,
      subject: entry.subject,
      message_id: entry.messageId,
      status: entry.status,
      error: entry.error,
    })
    .onConflict((conflict) =>
      conflict
        .column('unique_key')
        .doUpdateSet(({ ref }) => ({
          to_address: ref('excluded.to_address'),
          subject: ref('excluded.subject'),
          message_id: ref('excluded.message_id'),
          status: ref('excluded.status'),
          error: ref('excluded.error'),
        }))
        .where('mail_log.status', '!=', 'sent'),
    )
    .execute();
}

/** The mail's row, locked until the transaction ends: whoever else wants to send the mail waits here. */
export function lockMail(trx: Transaction<Database>, uniqueKey: string) {
  return trx
    .selectFrom('mail_log')
    .select(['id', 'status', 'message_id as messageId'])
    .where('unique_key', '=', uniqueKey)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export async function markSent(trx: Transaction<Database>, mailId: number): Promise<void> {
  await trx
    .updateTable('mail_log')
    .set(({ eb }) => ({ status: 'sent', sent_at: sql`now()`, error: null, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', mailId)
    .execute();
}

/** Notes a try that failed: for good (`failed`), or so that the mail is still to be sent (`sending`). */
export async function markTried(
  trx: Transaction<Database>,
  mailId: number,
  { status, error }: { status: 'failed' | 'sending'; error: string },
): Promise<void> {
  await trx
    .updateTable('mail_log')
    .set(({ eb }) => ({ status, error, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', mailId)
    .execute();
}

/** A user's points, and the nearest achievement above them that asks for points alone; null when there is none. */
export async function findPoints(db: Kysely<Database>, userId: number) {
  const { total } = await db
    .selectFrom('points_ledger')
    .select(({ fn }) => fn.coalesce(fn.sum<number>('points'), sql<number>`0`).as('total'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const next = await db
    .selectFrom('achievements')
    .select(['name', 'threshold'])
    .where('metric', '=', 'points')
    .where('threshold', '>', Number(total))
    .orderBy('threshold')
    .orderBy('key')
    .limit(1)
    .executeTakeFirst();
  return { total: Number(total), next: next ? { name: next.name, missing: next.threshold - Number(total) } : null };
}
