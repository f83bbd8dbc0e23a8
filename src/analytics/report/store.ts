import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../db/schema.js';
import type { DailyReport } from './types.js';

export interface StoredReport {
  report: DailyReport;
  computedAt: Date;
}

/** Keeps a report, in place of an older one on the same date. */
export async function saveReport(trx: Transaction<Database>, report: DailyReport, now: Date): Promise<void> {
  const values = { report: JSON.stringify(report), created_at: now };
  await trx
    .insertInto('daily_reports')
    .values({ date: report.date, ...values })
    .onConflict((conflict) => conflict.column('date').doUpdateSet(values).where('daily_reports.created_at', '<=', now))
    .execute();
}

/** The report on a date, YYYY-MM-DD; undefined when there is none. */
export async function findReport(db: Kysely<Database>, date: string): Promise<StoredReport | undefined> {
  const row = await db
    .selectFrom('daily_reports')
    .select(['report', 'created_at as computedAt'])
    .where('date', '=', date)
    .executeTakeFirst();
  return row && { report: row.report as DailyReport, computedAt: row.computedAt };
}

/** A page of the reports, newest first, with what was notable; and how many there are in all. */
export async function listReports(db: Kysely<Database>, { page, pageSize }: { page: number; pageSize: number }) {
  const rows = await db
    .selectFrom('daily_reports')
    .select(['date', 'report', 'created_at as computedAt'])
    .orderBy('date', 'desc')
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  const { total } = await db
    .selectFrom('daily_reports')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const items = rows.map(({ date, report, computedAt }) => ({ date, computedAt, changes: (report as DailyReport).changes }));
  return { items, total };
}
