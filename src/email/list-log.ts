import { type Kysely, sql } from 'kysely';
import { contains } from '../db/contains.js';
import type { Database } from '../db/schema.js';

/** Which mails of the log; what is left out does not matter. */
export interface MailLogFilter {
  status?: LoggedMail['status'] | undefined;
  template?: string | undefined;
  /** A part of the address. */
  to?: string | undefined;
}

/** What the log knows of a mail: never its body. */
export interface LoggedMail {
  id: number;
  userId: number | null;
  to: string;
  template: string;
  subject: string | null;
  status: 'sending' | 'sent' | 'failed' | 'suppressed' | 'skipped';
  error: string | null;
  attempts: number;
  createdAt: Date;
  sentAt: Date | null;
}

/** One page of the mail log, the newest first, with how many mails fit in all. Pages count from 1. */
export async function listMailLog(
  db: Kysely<Database>,
  { status, template, to }: MailLogFilter,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ items: LoggedMail[]; total: number }> {
  const fitting = db
    .selectFrom('mail_log')
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
    .$if(template !== undefined, (query) => query.where('template', '=', template!))
    .$if(to !== undefined, (query) => query.where(contains(sql`to_address`, to!)));
  const [{ total }, items] = await Promise.all([
    fitting.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow(),
    fitting
      .select(['id', 'user_id as userId', 'to_address as to', 'template', 'subject', 'status', 'error', 'attempts'])
      .select(['created_at as createdAt', 'sent_at as sentAt'])
      .orderBy('id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
  ]);
  return { items, total };
}
