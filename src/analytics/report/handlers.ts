import type { Kysely } from 'kysely';
import { addDays, localDate, startOfDay } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import { delayAllOnCommit, type Handler, handle } from '../../taskkit/index.js';
import { generateDailyReport } from '../../tasks/analytics.js';
import { sendDailyReportEmail } from '../../tasks/email.js';
import { countDays } from '../day-counts.js';
import { assembleReport, type ReportDays } from './assemble.js';
import { type Day, findSlowest, findStaff, findTaskDays } from './figures.js';
import { saveReport } from './store.js';
import type { DailyReport } from './types.js';

export interface ReportOptions {
  db: Kysely<Database>;
  clock: () => Date;
  /** The platform's time zone: its days are reported. */
  timezone: string;
  /** How long the history of tasks is kept, in days; 0 for no history. */
  taskHistoryDays: number;
  /** Whether the report is mailed to staff. */
  mailed: boolean;
}

/** How many runs are named as the slowest. */
const slowestCount = 5;

/** The handler of the report on the day before. */
export function reportHandlers(options: ReportOptions): Handler[] {
  const { db, clock, mailed } = options;
  return [
    handle(generateDailyReport, async () => {
      const now = clock();
      const report = await makeReport(options, now);
      const { date } = report;
      const staff = mailed ? await findStaff(db) : [];
      await db.transaction().execute(async (trx) => {
        await saveReport(trx, report, now);
        await delayAllOnCommit(
          trx,
          staff.map((userId) => sendDailyReportEmail.si({ userId, date })),
        );
      });
      return { date, notable: report.changes.length, mails: staff.length };
    }),
  ];
}

/** Counts what happened yesterday, the day before and a week before, at one point of time. */
function makeReport({ db, timezone, taskHistoryDays }: ReportOptions, now: Date): Promise<DailyReport> {
  const days = reportDays(addDays(localDate(now, timezone), -1), timezone);
  const all = [days.date, days.dayBefore, days.weekBefore];
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) =>
      assembleReport({
        days,
        timezone,
        counts: await countDays(trx, { from: days.weekBefore.date, to: days.date.date, timezone }),
        taskDays: await findTaskDays(trx, all),
        slowest: await findSlowest(trx, days.date, slowestCount),
        historySince: taskHistoryDays === 0 ? null : new Date(now.getTime() - taskHistoryDays * 86_400_000),
      }),
    );
}

function reportDays(date: string, timezone: string): ReportDays {
  const dayAt = (offset: number): Day => ({
    date: addDays(date, offset),
    start: startOfDay(addDays(date, offset), timezone),
    end: startOfDay(addDays(date, offset + 1), timezone),
  });
  return { date: dayAt(0), dayBefore: dayAt(-1), weekBefore: dayAt(-7) };
}
