import { type RawBuilder, sql, type Transaction } from 'kysely';
import { addDays, localDate } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import { readFigures } from '../cache.js';
import { countDays, dayCountKeys } from '../day-counts.js';
import { skillTable } from '../platform/skills.js';
import { jobIsOpen } from '../sql.js';
import {
  applicationStatuses,
  figureSchemas,
  growthFigures,
  type HeatmapFigures,
  sessionStatuses,
  type UserFigures,
  userFigures,
} from '../types.js';
import type { Cell } from './csv.js';
import { leavesOf, pathsOf, valueAt } from './flatten.js';
import { rowsOf } from './rows.js';

/** What a snapshot is made of: each becomes a JSON and a CSV file of the same name. */
export interface Dataset {
  name: string;
  /** The CSV's columns. */
  columns: string[];
  /** In an order that leaves no two rows equal. */
  rows(trx: Transaction<Database>): AsyncIterable<object>;
  /** A row's records in the CSV, for one that takes several. Default: one, with the values at the paths that the columns are named by. */
  records?(row: object): Iterable<Cell[]>;
}

/** The CSV records of a row. */
export const recordsOf = ({ columns, records }: Dataset, row: object): Iterable<Cell[]> =>
  records?.(row) ?? [columns.map((path) => valueAt(row, path))];

/** How many calendar days before today are exported. */
const dayCount = 366;

export interface SnapshotMoment {
  now: Date;
  /** The platform's time zone. */
  timezone: string;
}

/** A table that a query gives, with these columns. */
const table = (name: string, columns: string[], query: RawBuilder<unknown>): Dataset => ({
  name,
  columns,
  rows: (trx) => rowsOf(trx, query),
});

const countsOf = (column: string, values: readonly string[]) =>
  sql.join(values.map((value) => sql`count(*) FILTER (WHERE ${sql.ref(column)} = ${value}) AS ${sql.ref(value)}`));

/** The cached figures that are up to date and of the platform's time zone. */
const freshFigures = ({ now, timezone }: SnapshotMoment) => sql`
  SELECT key AS figure, computed_at AS "computedAt", value
  FROM cached_analytics
  WHERE expires_at > ${now}
    AND (key = ANY(${Object.keys(figureSchemas)}::text[]) OR (key LIKE 'heatmap-%' AND value ->> 'timezone' = ${timezone}))
  ORDER BY key`;

/** The cached figures as they are shown, whole in the JSON and value by value in the CSV. */
const figures = (moment: SnapshotMoment): Dataset => ({
  name: 'figures',
  columns: ['figure', 'computedAt', 'path', 'value'],
  rows: (trx) => rowsOf(trx, freshFigures(moment)),
  *records(row) {
    const { figure, computedAt, value } = row as { figure: string; computedAt: Date; value: object };
    for (const leaf of leavesOf(value)) yield [figure, computedAt, leaf.path, leaf.value];
  },
});

const growth: Dataset = {
  name: 'growth',
  columns: pathsOf(growthFigures.shape.months.element),
  async *rows(trx) {
    yield* (await readFigures(trx, 'growth'))?.value.months ?? [];
  },
};

/** The hours of the week, of every heatmap. */
const heatmap = (moment: SnapshotMoment): Dataset => ({
  name: 'heatmap',
  columns: ['days', 'weekday', 'hour', 'events'],
  async *rows(trx) {
    const cached = rowsOf<{ figure: string; value: HeatmapFigures }>(trx, freshFigures(moment));
    for await (const { figure, value } of cached) {
      if (!figure.startsWith('heatmap-')) continue;
      for (const [weekday, hours] of value.weekHours.entries()) {
        for (const [hour, events] of hours.entries()) yield { days: value.days.length, weekday: weekday + 1, hour, events };
      }
    }
  },
});

const users: Dataset = {
  name: 'users',
  columns: ['userId', 'computedAt', ...pathsOf(userFigures)],
  async *rows(trx) {
    const cached = rowsOf<{ userId: number; computedAt: Date; value: UserFigures }>(
      trx,
      sql`
        SELECT user_id AS "userId", computed_at AS "computedAt", value
        FROM user_analytics JOIN users ON users.id = user_id AND users.is_active
        ORDER BY user_id`,
    );
    for await (const { value, ...about } of cached) yield { ...about, ...value };
  },
};

const courses = table(
  'courses',
  ['courseId', 'title', 'provider', 'level', 'enrollments', 'completed', 'averageProgress', 'ratings', 'averageRating'],
  sql`
    SELECT id AS "courseId", title, provider, level, coalesce(enrollments, 0) AS enrollments, coalesce(completed, 0) AS completed,
      "averageProgress", coalesce(ratings, 0) AS ratings, "averageRating"
    FROM courses LEFT JOIN (
      SELECT course_id, count(*) AS enrollments, count(completed_at) AS completed, count(rating) AS ratings,
        round(avg(progress), 2)::float8 AS "averageProgress", round(avg(rating), 2)::float8 AS "averageRating"
      FROM enrollments GROUP BY course_id
    ) AS enrolled ON course_id = id
    ORDER BY id`,
);

const mentors = table(
  'mentors',
  ['userId', 'acceptsMentees', 'capacity', ...sessionStatuses, 'ratings', 'averageRating'],
  sql`
    SELECT user_id AS "userId", accepts_mentees AS "acceptsMentees", capacity, ${countsOf('status', sessionStatuses)},
      count(mentor_sessions.rating) AS ratings, round(avg(mentor_sessions.rating), 2)::float8 AS "averageRating"
    FROM mentors
    JOIN users ON users.id = user_id AND users.is_active
    LEFT JOIN mentor_sessions ON mentor_id = user_id
    GROUP BY user_id
    ORDER BY user_id`,
);

const skills = (now: Date) =>
  table(
    'skills',
    ['skillId', 'name', 'category', 'users', 'endorsements', 'openJobs', 'usersPerJob'],
    sql`
      SELECT "skillId", name, category, users, endorsements, "openJobs", "usersPerJob"::float8 AS "usersPerJob"
      FROM (${skillTable(now)}) AS skill
      ORDER BY "skillId"`,
  );

const jobs = (now: Date) =>
  table(
    'jobs',
    [
      'jobId',
      'title',
      'company',
      'location',
      'remote',
      'level',
      'type',
      'open',
      'postedAt',
      ...applicationStatuses,
      'answered',
      'averageAnswerHours',
    ],
    sql`
      SELECT jobs.id AS "jobId", title, company, location, remote, level, type, ${jobIsOpen(now)} AS open, posted_at AS "postedAt",
        ${countsOf('job_applications.status', applicationStatuses)}, count(answered_at) AS answered,
        round((avg(extract(epoch FROM answered_at - job_applications.created_at)) / 3600)::numeric, 2)::float8 AS "averageAnswerHours"
      FROM jobs LEFT JOIN job_applications ON job_id = jobs.id
      GROUP BY jobs.id
      ORDER BY jobs.id`,
  );

/** What happened on each calendar day, up to yesterday. */
const days = ({ now, timezone }: SnapshotMoment): Dataset => ({
  name: 'days',
  columns: dayCountKeys,
  async *rows(trx) {
    const today = localDate(now, timezone);
    yield* await countDays(trx, { from: addDays(today, -dayCount), to: addDays(today, -1), timezone });
  },
});

/** All that a snapshot holds. People are in it by their ids only. */
export const datasetsAt = (moment: SnapshotMoment): Dataset[] => [
  figures(moment),
  growth,
  heatmap(moment),
  days(moment),
  skills(moment.now),
  courses,
  jobs(moment.now),
  mentors,
  users,
];
