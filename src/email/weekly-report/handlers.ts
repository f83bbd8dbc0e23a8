import type { Kysely } from 'kysely';
import { addDays, localDate, startOfDay } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import { type Handler, handle } from '../../taskkit/index.js';
import { sendWeeklyReport, sendWeeklyReportChunk } from '../../tasks/email.js';
import type { Member } from '../audience.js';
import { type BulkServices, sendChunk, sendToAll } from '../bulk.js';
import { isoWeek, lastFinishedWeek } from '../iso-week.js';
import type { TemplateData } from '../render.js';
import { findFigures, findProfiles, findUnlocked, type UserWeeks } from './facts.js';
import { reportData } from './report.js';

/** The handlers of the weekly report. It goes to the users seen in the last `activeUserDays`. */
export function weeklyReportHandlers(services: BulkServices & { activeUserDays: number }): Handler[] {
  const { db, clock, activeUserDays: days } = services;
  return [
    handle(sendWeeklyReport, (_, context) => sendToAll(context, { db, clock, days, part: sendWeeklyReportChunk })),

    handle(sendWeeklyReportChunk, ({ at: iso, ...range }, { signal }) => {
      const at = new Date(iso);
      return sendChunk(services, range, {
        kind: 'weekly_report',
        template: 'weekly_report',
        at,
        days,
        keysOf: (member) => [`weekly-report:${member.userId}:${isoWeek(mondayFor(member, at))}`],
        load: (due) => loadReports(db, due, at),
        signal,
      });
    }),
  ];
}

/** The first day of the last week that has ended where the user lives. */
const mondayFor = ({ timezone }: Member, at: Date): string => lastFinishedWeek(localDate(at, timezone));

function weeksOf(member: Member, at: Date): UserWeeks {
  const monday = mondayFor(member, at);
  const startAfter = (days: number) => startOfDay(addDays(monday, days), member.timezone);
  return { userId: member.userId, since: startAfter(-7), start: startAfter(0), end: startAfter(7) };
}

/** What the reports show, in three statements however many users there are; nothing for those who did nothing in both weeks. */
async function loadReports(db: Kysely<Database>, due: Member[], at: Date): Promise<Map<number, TemplateData>> {
  const figures = await findFigures(
    db,
    due.map((member) => weeksOf(member, at)),
  );
  const told = due.filter(({ userId }) => figures.has(userId));
  const unlocked = await findUnlocked(
    db,
    told.map((member) => weeksOf(member, at)),
  );
  const profiles = await findProfiles(
    db,
    told.map(({ userId }) => userId),
  );
  return new Map(
    told.flatMap((member) => {
      const { userId } = member;
      const profile = profiles.get(userId);
      // Without a profile the user was deleted meanwhile.
      if (!profile) return [];
      const more = { unlocked: unlocked.get(userId) ?? [], profile };
      return [[userId, reportData(mondayFor(member, at), figures.get(userId)!, more)] as const];
    }),
  );
}
