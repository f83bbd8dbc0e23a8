import { type Kysely, sql } from 'kysely';
import { contains } from '../db/contains.js';
import type { Database } from '../db/schema.js';

/** Which mails of the log; what is left out does not matter. */
export interface MailLogFilter {
  status?: Database['mail_log']['status'] | undefined;
  template?: string | undefined;
  /** A part of the address. */
  to?: string | undefined;
}

/** One page of the mail log, the newest first, with how many mails fit in all. It never holds a body. Pages count from 1. */
export async function listMailLog(
  db: Kysely<Database>,
  { status, template, to }: MailLogFilter,
  { page, pageSize }: { page: number; pageSize: number },
) {
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
