import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import {
  type CourseTable,
  type JobTable,
  type Level,
  levels,
  type MentorTable,
  type PersonTable,
  type SkillLists,
  type SkillTable,
  type Snapshot,
  unknownLevel,
} from './engine/index.js';

/** How many rows are read at once. */
const pageSize = 10_000;

/** How many changes there have been to what recommendations are made of; another number than before when there was one. */
export async function countChanges(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ changes: number }>`
    SELECT coalesce(sum(changes), 0)::bigint AS changes FROM recommendation_changes
  `.execute(db);
  return rows[0]!.changes;
}

/**
 * Reads what recommendations are made of, all of it as it is at one moment, and how many changes there had been by then. Jobs that are
 * over at `now` are left out, and so are people and mentors who are not active.
 */
export function loadSnapshot(db: Kysely<Database>, now: Date): Promise<{ snapshot: Snapshot; changes: number }> {
  const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return reading.execute(async (trx) => {
    // Every cursor is read to its end.
    await sql`SET LOCAL cursor_tuple_fraction = 1`.execute(trx);
    const changes = await countChanges(trx);
    const skills = await loadSkills(trx);
    const skillRows = new Map(Array.from(skills.ids, (id, row) => [id, row]));
    const snapshot = {
      skills,
      jobs: await loadJobs(trx, skillRows, now),
      courses: await loadCourses(trx, skillRows),
      mentors: await loadMentors(trx, skillRows),
      people: await loadPeople(trx, skillRows),
    };
    return { snapshot, changes };
  });
}

/** Gives each row of a query to `take`; some thousands are in memory at once. */
async function eachRow<T>(trx: Transaction<Database>, query: RawBuilder<T>, take: (row: T) => void): Promise<void> {
  await sql`DECLARE rows NO SCROLL CURSOR FOR ${query}`.execute(trx);
  for (let isLast = false; !isLast; ) {
    const { rows } = await sql<T>`FETCH ${sql.lit(pageSize)} FROM rows`.execute(trx);
    rows.forEach(take);
    isLast = rows.length < pageSize;
  }
  await sql`CLOSE rows`.execute(trx);
}

async function allRows<T>(trx: Transaction<Database>, query: RawBuilder<T>): Promise<T[]> {
  const rows: T[] = [];
  await eachRow(trx, query, (row) => rows.push(row));
  return rows;
}

interface SkillEntry {
  ownerId: number;
  skillId: number;
  weight: number;
}

/** Reads the skills of the rows with these ids. The query gives those of no other rows, in the order of the ids. */
async function loadSkillLists<T extends SkillEntry>(
  trx: Transaction<Database>,
  { ids, skillRows, query }: { ids: Float64Array; skillRows: ReadonlyMap<number, number>; query: RawBuilder<T> },
  take: (entry: T) => void = () => {},
): Promise<SkillLists> {
  const starts = new Uint32Array(ids.length + 1);
  const skills: number[] = [];
  const weights: number[] = [];
  let row = 0;
  await eachRow(trx, query, (entry) => {
    while (ids[row]! < entry.ownerId) starts[++row] = skills.length;
    skills.push(skillRows.get(entry.skillId)!);
    weights.push(entry.weight);
    take(entry);
  });
  while (row < ids.length) starts[++row] = skills.length;
  return { starts, skills: Uint32Array.from(skills), weights: Float32Array.from(weights) };
}

const levelRow = (level: Level | null): number => (level === null ? unknownLevel : levels.indexOf(level));

async function loadSkills(trx: Transaction<Database>): Promise<SkillTable> {
  const rows = await allRows(
    trx,
    sql<{ id: number; name: string; category: string }>`SELECT id, name, category FROM skills ORDER BY id`,
  );
  return {
    ids: Float64Array.from(rows, ({ id }) => id),
    names: rows.map(({ name }) => name),
    categories: rows.map(({ category }) => category),
  };
}

async function loadJobs(trx: Transaction<Database>, skillRows: Map<number, number>, now: Date): Promise<JobTable> {
  const isOpen = sql`jobs.status = 'open' AND (jobs.expires_at IS NULL OR jobs.expires_at > ${now})`;
  const rows = await allRows(
    trx,
    sql<{
      id: number;
      title: string;
      company: string;
      location: string;
      remote: boolean;
      level: Level;
      postedAt: Date;
      expiresAt: Date | null;
      applications: number;
    }>`
      SELECT jobs.id, title, company, location, remote, level, posted_at AS "postedAt", expires_at AS "expiresAt",
        coalesce(applied.applications, 0) AS applications
      FROM jobs
      LEFT JOIN (SELECT job_id, count(*) AS applications FROM job_applications GROUP BY job_id) AS applied ON applied.job_id = jobs.id
      WHERE ${isOpen}
      ORDER BY jobs.id
    `,
  );
  const ids = Float64Array.from(rows, ({ id }) => id);
  const required: number[] = [];
  const query = sql<SkillEntry & { required: boolean }>`
    SELECT job_id AS "ownerId", skill_id AS "skillId", weight, required
    FROM job_skills JOIN jobs ON jobs.id = job_id WHERE ${isOpen} ORDER BY job_id, skill_id
  `;
  return {
    ids,
    titles: rows.map(({ title }) => title),
    companies: rows.map(({ company }) => company),
    locations: rows.map(({ location }) => location),
    remote: Uint8Array.from(rows, ({ remote }) => Number(remote)),
    levels: Int8Array.from(rows, ({ level }) => levelRow(level)),
    postedAt: Float64Array.from(rows, ({ postedAt }) => postedAt.getTime()),
    expiresAt: Float64Array.from(rows, ({ expiresAt }) => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
    applications: Uint32Array.from(rows, ({ applications }) => applications),
    skills: await loadSkillLists(trx, { ids, skillRows, query }, (entry) => required.push(Number(entry.required))),
    required: Uint8Array.from(required),
  };
}

async function loadCourses(trx: Transaction<Database>, skillRows: Map<number, number>): Promise<CourseTable> {
  const rows = await allRows(
    trx,
    sql<{
      id: number;
      title: string;
      provider: string;
      level: Level;
      rating: number | null;
      ratings: number;
      enrollments: number;
    }>`
      SELECT courses.id, title, provider, level, rating, coalesce(ratings, 0) AS ratings, coalesce(enrollments, 0) AS enrollments
      FROM courses
      LEFT JOIN (
        SELECT course_id, count(*) AS enrollments, count(rating) AS ratings, avg(rating)::float8 AS rating
        FROM enrollments GROUP BY course_id
      ) AS taken ON taken.course_id = courses.id
      ORDER BY courses.id
    `,
  );
  const ids = Float64Array.from(rows, ({ id }) => id);
  const query = sql<SkillEntry>`
    SELECT course_id AS "ownerId", skill_id AS "skillId", 1 AS weight FROM course_skills ORDER BY course_id, skill_id
  `;
  return {
    ids,
    titles: rows.map(({ title }) => title),
    providers: rows.map(({ provider }) => provider),
    levels: Int8Array.from(rows, ({ level }) => levelRow(level)),
    ratings: Float32Array.from(rows, ({ rating }) => rating ?? Number.NaN),
    ratingCounts: Uint32Array.from(rows, ({ ratings }) => ratings),
    enrollments: Uint32Array.from(rows, ({ enrollments }) => enrollments),
    skills: await loadSkillLists(trx, { ids, skillRows, query }),
  };
}

async function loadMentors(trx: Transaction<Database>, skillRows: Map<number, number>): Promise<MentorTable> {
  const takesMentees = sql`mentors.accepts_mentees AND users.is_active`;
  const rows = await allRows(
    trx,
    sql<{ id: number; name: string; headline: string | null; level: Level | null; rating: number | null; free: number }>`
      SELECT users.id, users.name, users.headline, users.level, mentors.rating, mentors.capacity - coalesce(taken.mentees, 0) AS free
      FROM mentors
      JOIN users ON users.id = mentors.user_id
      LEFT JOIN (
        SELECT mentor_id, count(*) AS mentees FROM mentor_sessions WHERE status = 'accepted' GROUP BY mentor_id
      ) AS taken ON taken.mentor_id = mentors.user_id
      WHERE ${takesMentees}
      ORDER BY users.id
    `,
  );
  const ids = Float64Array.from(rows, ({ id }) => id);
  const query = sql<SkillEntry>`
    SELECT mentor_id AS "ownerId", skill_id AS "skillId", 1 AS weight
    FROM mentor_skills
    JOIN mentors ON mentors.user_id = mentor_id
    JOIN users ON users.id = mentor_id
    WHERE ${takesMentees}
    ORDER BY mentor_id, skill_id
  `;
  return {
    ids,
    names: rows.map(({ name }) => name),
    headlines: rows.map(({ headline }) => headline ?? ''),
    levels: Int8Array.from(rows, ({ level }) => levelRow(level)),
    ratings: Float32Array.from(rows, ({ rating }) => rating ?? Number.NaN),
    free: Int32Array.from(rows, ({ free }) => free),
    skills: await loadSkillLists(trx, { ids, skillRows, query }),
  };
}

/** There may be very many, so that none of their rows are kept. */
async function loadPeople(trx: Transaction<Database>, skillRows: Map<number, number>): Promise<PersonTable> {
  const userIds: number[] = [];
  const connections: number[] = [];
  const [names, headlines, locations]: [string[], string[], string[]] = [[], [], []];
  const query = sql<{ id: number; name: string; headline: string; location: string; connections: number }>`
    SELECT id, name, coalesce(headline, '') AS headline, coalesce(location, '') AS location, coalesce(connections, 0) AS connections
    FROM users
    LEFT JOIN (
      SELECT user_id, count(*) AS connections
      FROM connections CROSS JOIN LATERAL (VALUES (requester_id), (addressee_id)) AS side (user_id)
      WHERE status = 'accepted' GROUP BY user_id
    ) AS connected ON connected.user_id = users.id
    WHERE is_active
    ORDER BY id
  `;
  await eachRow(trx, query, (person) => {
    userIds.push(person.id);
    names.push(person.name);
    headlines.push(person.headline);
    locations.push(person.location);
    connections.push(person.connections);
  });
  const ids = Float64Array.from(userIds);
  const held = sql<SkillEntry>`
    SELECT user_id AS "ownerId", skill_id AS "skillId", proficiency AS weight
    FROM user_skills JOIN users ON users.id = user_id WHERE is_active ORDER BY user_id, skill_id
  `;
  const skills = await loadSkillLists(trx, { ids, skillRows, query: held });
  return { ids, names, headlines, locations, connections: Uint32Array.from(connections), skills };
}
