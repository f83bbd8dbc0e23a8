import type { Kysely } from 'kysely';
import { findReport } from '../../analytics/index.js';
import type { Database } from '../../db/schema.js';
import { coded } from '../../errors.js';
import { type Handler, handle } from '../../taskkit/index.js';
import { sendDailyReportEmail } from '../../tasks/email.js';
import { deliverMail, type MailServices } from '../deliver.js';
import { findRecipient } from '../queries.js';
import { reportMailData } from './mail.js';

/** The handler of the mail with the report on a day, which goes to staff only. */
export function dailyReportHandlers(services: MailServices): Handler[] {
  const { db } = services;
  return [
    handle(sendDailyReportEmail, async ({ userId, date }, { signal }) => {
      const recipient = await findRecipient(db, userId);
      const stored = await findReport(db, date);
      if (!stored) throw coded('REPORT_NOT_FOUND', { date });
      if (!(await isStaff(db, userId))) return { status: 'skipped' as const, reason: 'not staff' };
      return deliverMail(services, {
        uniqueKey: `daily-report:${userId}:${date}`,
        recipient,
        template: 'daily_report',
        data: reportMailData(stored.report),
        signal,
      });
    }),
  ];
}

async function isStaff(db: Kysely<Database>, userId: number): Promise<boolean> {
  const row = await db.selectFrom('users').select('is_staff').where('id', '=', userId).executeTakeFirst();
  return row?.is_staff ?? false;
}
