import { type Kysely, sql, type Transaction } from 'kysely';
import { activeUsers } from '../../accounts/index.js';
import { addDays, localDate } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import { dailyUsers, fillDays } from '../activity/fold.js';
import { readActivity } from '../activity/read.js';
import { rollUpActivity } from '../activity/roll-up.js';
import type { Moment } from '../services.js';
import { thirtyDaysBefore } from '../sql.js';
import type { Figures } from '../types.js';
import { courseFigures } from './courses.js';
import { jobFigures } from './jobs.js';
import { mentoringFigures } from './mentoring.js';
import { skillFigures } from './skills.js';

/** How many calendar days of activity are shown, today included. */
const activityDays = 30;

type PlatformKey = 'platform' | 'skills' | 'courses' | 'jobs' | 'mentoring';

/** All that the hourly task caches, as it is at one moment of the database. */
export async function computePlatform(db: Kysely<Database>, moment: Moment): Promise<{ [K in PlatformKey]: Figures<K> }> {
  const { now, timezone } = moment;
  await rollUpActivity(db, { now, timezone });
  const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return reading.execute(async (trx) => {
    const parts = {
      skills: await skillFigures(trx, now),
      courses: await courseFigures(trx),
      jobs: await jobFigures(trx, now),
      mentoring: await mentoringFigures(trx, now),
    };
    return { platform: await platformFigures(trx, moment, parts), ...parts };
  });
}

/** What is counted in another part already is taken from there. */
async function platformFigures(
  trx: Transaction<Database>,
  moment: Moment,
  { skills, courses, jobs, mentoring }: { [K in Exclude<PlatformKey, 'platform'>]: Figures<K> },
): Promise<Figures<'platform'>> {
  const { users, posts, comments, resumes, likes, connections } = await countPeople(trx, moment);
  const to = localDate(moment.now, moment.timezone);
  const period = { from: addDays(to, 1 - activityDays), to, timezone: moment.timezone };
  const days = fillDays(await readActivity(trx, period), period);
  return {
    users: { ...users, mentors: mentoring.mentors.total },
    content: {
      posts,
      comments,
      resumes,
      courses: courses.totals.courses,
      openJobs: jobs.jobs.open,
      skills: skills.totals.skills,
    },
    engagement: {
      likes,
      connections,
      endorsements: skills.totals.endorsements,
      enrollments: courses.totals.enrollments,
      completedSessions: mentoring.sessions.byStatus.completed,
      timezone: moment.timezone,
      days,
      events: days.reduce((sum, { events }) => sum + events, 0),
      dailyUsers: dailyUsers(days.slice(0, -1)),
    },
    applications: jobs.applications,
  };
}

interface PeopleCounts {
  users: Omit<Figures<'platform'>['users'], 'mentors'>;
  posts: number;
  comments: number;
  resumes: number;
  likes: number;
  connections: number;
}

async function countPeople(trx: Transaction<Database>, { now, activeUserDays }: Moment): Promise<PeopleCounts> {
  const { rows } = await sql<PeopleCounts>`
    SELECT
      (
        SELECT jsonb_build_object(
          'total', count(*) FILTER (WHERE is_active),
          'active', count(*) FILTER (WHERE ${activeUsers(now, activeUserDays)}),
          'premium', count(*) FILTER (WHERE is_active AND is_premium),
          'newLast30Days', count(*) FILTER (WHERE is_active AND created_at >= ${thirtyDaysBefore(now)}),
          'closed', count(*) FILTER (WHERE NOT is_active)
        )
        FROM users
      ) AS users,
      (SELECT count(*) FROM posts) AS posts,
      (SELECT count(*) FROM comments) AS comments,
      (SELECT count(*) FROM resumes WHERE deleted_at IS NULL) AS resumes,
      (SELECT count(*) FROM likes) AS likes,
      (SELECT count(*) FROM connections WHERE status = 'accepted') AS connections
  `.execute(trx);
  return rows[0]!;
}
