import fc from 'fast-check';
import { type Insertable, type Kysely, sql } from 'kysely';
import { applicationStatuses, jobTypes, sessionStatuses } from '#src/analytics/types.js';
import type { Database } from '#src/db/schema.js';
import { now } from './analytics.js';

const minute = 60_000;

/** Sixteen months up to now, with the hours about today's beginning more often than others. */
const time = fc
  .oneof(fc.integer({ min: 0, max: 48 * 60 }), fc.integer({ min: 0, max: 485 * 1440 }), fc.integer({ min: 0, max: 70 * 1440 }))
  .map((minutes) => new Date(now.getTime() - minutes * minute));
const later = fc.option(fc.integer({ min: 0, max: 40_000 }), { nil: null });
/** Which of the rows of another table; a number too high stands for one from the beginning again. */
const which = fc.nat(11);
const rating = fc.option(fc.integer({ min: 1, max: 5 }), { nil: null });
const many = <T>(row: fc.Arbitrary<T>, maxLength = 14) => fc.array(row, { maxLength });

/** A small platform at random: what there is, and what its users did. */
export const platforms = fc.record({
  users: fc.array(
    fc.record({
      created_at: time,
      last_seen_at: fc.option(time, { nil: null }),
      is_active: fc.boolean(),
      is_premium: fc.boolean(),
      headline: fc.constantFrom(null, '', 'Baker'),
      location: fc.constantFrom(null, 'Graz'),
      level: fc.constantFrom(null, 'mid' as const),
    }),
    { maxLength: 7 },
  ),
  skills: fc.nat(6),
  courses: fc.nat(4),
  achievements: fc.nat(3),
  jobs: many(
    fc.record({
      type: fc.constantFrom(...jobTypes),
      location: fc.constantFrom('Graz', 'Oslo', 'Lima'),
      remote: fc.boolean(),
      status: fc.constantFrom('open' as const, 'closed' as const),
      posted_at: time,
      expiresAfter: later,
    }),
    8,
  ),
  mentors: many(fc.record({ of: which, accepts: fc.boolean() }), 4),
  userSkills: many(
    fc.record({
      of: which,
      skill: which,
      proficiency: fc.integer({ min: 1, max: 5 }),
      source: fc.constantFrom('manual' as const, 'resume' as const),
    }),
    20,
  ),
  endorsements: many(fc.record({ of: which, skill: which, by: which })),
  jobSkills: many(fc.record({ job: which, skill: which })),
  enrollments: many(fc.record({ of: which, course: which, progress: fc.constantFrom(0, 33, 70, 100), rating })),
  applications: many(
    fc.record({ of: which, job: which, status: fc.constantFrom(...applicationStatuses), at: time, answeredAfter: later }),
    20,
  ),
  sessions: many(fc.record({ mentor: which, mentee: which, status: fc.constantFrom(...sessionStatuses), at: time, rating })),
  posts: many(which),
  comments: many(fc.record({ of: which, post: which })),
  likes: many(fc.record({ of: which, to: fc.constantFrom('post', 'comment'), which }), 24),
  connections: many(fc.record({ from: which, to: which, isAccepted: fc.boolean() }), 8),
  resumes: many(
    fc.record({ of: which, status: fc.constantFrom('pending' as const, 'failed' as const), isDeleted: fc.boolean() }),
    6,
  ),
  unlocks: many(fc.record({ of: which, achievement: which, points: fc.integer({ min: -5, max: 50 }) })),
  events: many(fc.record({ of: which, kind: fc.constantFrom('login', 'post', 'like'), at: time }), 60),
});
export type RandomPlatform = typeof platforms extends fc.Arbitrary<infer T> ? T : never;

/** Fills an empty database with a platform. What refers to rows that are not there is left out. */
export async function fillPlatform(db: Kysely<Database>, platform: RandomPlatform): Promise<void> {
  const insert = async <T extends keyof Database>(table: T, rows: Insertable<Database[T]>[]): Promise<number[]> => {
    if (rows.length === 0) return [];
    await db
      .insertInto(table)
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const hasId = ['users', 'skills', 'courses', 'jobs', 'posts', 'comments'].includes(table);
    if (!hasId) return [];
    const found = await sql<{ id: number }>`SELECT id FROM ${sql.table(table)} ORDER BY id`.execute(db);
    return found.rows.map(({ id }) => id);
  };
  const pick = (ids: number[], at: number): number => ids[at % ids.length]!;
  const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
  const after = (start: Date, minutes: number | null) => (minutes === null ? null : new Date(start.getTime() + minutes * minute));
  const given = <T>(rows: T[], ...needed: number[][]): T[] => (needed.every(({ length }) => length > 0) ? rows : []);

  const users = await insert(
    'users',
    platform.users.map((about, index) => ({
      ...about,
      email: `${index}@example.com`,
      username: `u${index}`,
      name: 'U',
      password_hash: '-',
    })),
  );
  const skills = await insert(
    'skills',
    times(platform.skills, (at) => ({ name: `Skill ${at}`, slug: `skill-${at}`, category: 'test' })),
  );
  const course = { provider: 'Guild', description: '-', level: 'entry', duration_hours: 1 } as const;
  const courses = await insert(
    'courses',
    times(platform.courses, (at) => ({ ...course, title: `Course ${at}` })),
  );
  const award = { name: '-', description: '-', points: 1, rarity: 'common', metric: 'posts', threshold: 1 } as const;
  await insert(
    'achievements',
    times(platform.achievements, (at) => ({ ...award, key: `award-${at}` })),
  );
  const jobs = await insert(
    'jobs',
    platform.jobs.map(({ expiresAfter, ...job }) => ({
      ...job,
      title: 'Job',
      company: 'Mill',
      description: '-',
      level: 'entry' as const,
      expires_at: expiresAfter === null ? null : after(job.posted_at, expiresAfter + 1),
    })),
  );
  await insert(
    'mentors',
    given(platform.mentors, users).map(({ of, accepts }) => ({ user_id: pick(users, of), bio: '-', accepts_mentees: accepts })),
  );
  const mentors = (await db.selectFrom('mentors').select('user_id').orderBy('user_id').execute()).map(({ user_id }) => user_id);
  await insert(
    'user_skills',
    given(platform.userSkills, users, skills).map(({ of, skill, ...held }) => ({
      ...held,
      user_id: pick(users, of),
      skill_id: pick(skills, skill),
    })),
  );
  await insert(
    'endorsements',
    given(platform.endorsements, users, skills)
      .map(({ of, by, skill }) => ({ user_id: pick(users, of), endorser_id: pick(users, by), skill_id: pick(skills, skill) }))
      .filter(({ user_id, endorser_id }) => user_id !== endorser_id),
  );
  await insert(
    'job_skills',
    given(platform.jobSkills, jobs, skills).map(({ job, skill }) => ({ job_id: pick(jobs, job), skill_id: pick(skills, skill) })),
  );
  await insert(
    'enrollments',
    given(platform.enrollments, users, courses).map(({ of, course, progress, rating }) => ({
      user_id: pick(users, of),
      course_id: pick(courses, course),
      progress,
      rating,
      completed_at: progress === 100 ? now : null,
    })),
  );
  await insert(
    'job_applications',
    given(platform.applications, users, jobs).map(({ of, job, status, at, answeredAfter }) => ({
      user_id: pick(users, of),
      job_id: pick(jobs, job),
      status,
      created_at: at,
      answered_at: after(at, answeredAfter),
    })),
  );
  await insert(
    'mentor_sessions',
    given(platform.sessions, users, mentors)
      .map(({ mentor, mentee, status, at, rating }) => ({
        mentor_id: pick(mentors, mentor),
        mentee_id: pick(users, mentee),
        topic: '-',
        status,
        proposed_at: at,
        completed_at: status === 'completed' ? at : null,
        rating: status === 'completed' ? rating : null,
      }))
      .filter(({ mentor_id, mentee_id }) => mentor_id !== mentee_id),
  );
  const posts = await insert(
    'posts',
    given(platform.posts, users).map((author) => ({ author_id: pick(users, author), body: '-' })),
  );
  const comments = await insert(
    'comments',
    given(platform.comments, users, posts).map(({ of, post }) => ({
      author_id: pick(users, of),
      post_id: pick(posts, post),
      body: '-',
    })),
  );
  for (const { of, to, which: at } of given(platform.likes, users)) {
    const liked = to === 'post' ? posts : comments;
    if (liked.length > 0) await insert('likes', [{ user_id: pick(users, of), [`${to}_id`]: pick(liked, at) }]);
  }
  await insert(
    'connections',
    given(platform.connections, users)
      .map(({ from, to, isAccepted }) => ({
        requester_id: pick(users, from),
        addressee_id: pick(users, to),
        status: isAccepted ? ('accepted' as const) : ('pending' as const),
        answered_at: isAccepted ? now : null,
      }))
      .filter(({ requester_id, addressee_id }) => requester_id !== addressee_id),
  );
  await insert(
    'resumes',
    given(platform.resumes, users).map(({ of, status, isDeleted }, index) => ({
      user_id: pick(users, of),
      file_name: '-',
      content_type: '-',
      size_bytes: 1,
      sha256: 'a'.repeat(64),
      storage_key: `resume-${index}`,
      status,
      failure_code: status === 'failed' ? 'RESUME_CORRUPT' : null,
      deleted_at: isDeleted ? now : null,
    })),
  );
  for (const [index, { of, achievement, points }] of given(platform.unlocks, users).entries()) {
    await insert('points_ledger', [{ user_id: pick(users, of), points, source: `gift ${index}` }]);
    if (platform.achievements === 0) continue;
    await insert('user_achievements', [
      { user_id: pick(users, of), achievement_key: `award-${achievement % platform.achievements}` },
    ]);
  }
  await insert(
    'activity_events',
    given(platform.events, users).map(({ of, kind, at }) => ({ user_id: pick(users, of), kind, occurred_at: at })),
  );
}

/** Every row of the tables that figures are made of. */
export async function loadRows(db: Kysely<Database>) {
  return {
    users: await db.selectFrom('users').selectAll().orderBy('id').execute(),
    skills: await db.selectFrom('skills').selectAll().orderBy('id').execute(),
    courses: await db.selectFrom('courses').selectAll().orderBy('id').execute(),
    jobs: await db.selectFrom('jobs').selectAll().orderBy('id').execute(),
    userSkills: await db.selectFrom('user_skills').selectAll().execute(),
    endorsements: await db.selectFrom('endorsements').selectAll().execute(),
    jobSkills: await db.selectFrom('job_skills').selectAll().execute(),
    enrollments: await db.selectFrom('enrollments').selectAll().execute(),
    applications: await db.selectFrom('job_applications').selectAll().execute(),
    mentors: await db.selectFrom('mentors').selectAll().execute(),
    sessions: await db.selectFrom('mentor_sessions').selectAll().execute(),
    posts: await db.selectFrom('posts').selectAll().execute(),
    comments: await db.selectFrom('comments').selectAll().execute(),
    likes: await db.selectFrom('likes').selectAll().execute(),
    connections: await db.selectFrom('connections').selectAll().execute(),
    resumes: await db.selectFrom('resumes').selectAll().execute(),
    achievements: await db.selectFrom('achievements').selectAll().execute(),
    unlocks: await db.selectFrom('user_achievements').selectAll().execute(),
    points: await db.selectFrom('points_ledger').selectAll().execute(),
    events: await db.selectFrom('activity_events').selectAll().execute(),
  };
}
export type Rows = Awaited<ReturnType<typeof loadRows>>;
