import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#src/db/schema.js';
import { recommendationHandlers } from '#src/recommendations/index.js';
import { recommendJobsAsync } from '#src/tasks/recommendations.js';
import { createTestDatabase } from '../support/database.js';
import { taskContext } from '../support/kit.js';

const day = 86_400_000;
const now = new Date('2026-03-01T12:00:00Z');
const ago = (days: number) => new Date(now.getTime() - days * day);

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Kysely<Database>;
let skills: Record<'sql' | 'go' | 'css' | 'git' | 'lua', number>;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  const names = ['sql', 'go', 'css', 'git', 'lua'];
  const rows = await db
    .insertInto('skills')
    .values(names.map((name) => ({ name: `test ${name}`, slug: `test-${name}`, category: 'Testing' })))
    .returning('id')
    .execute();
  skills = Object.fromEntries(rows.map(({ id }, at) => [names[at], id])) as typeof skills;
});
afterAll(() => database.drop());
beforeEach(() => db.deleteFrom('jobs').execute());

let people = 0;
/** A user with these skills: each with a proficiency from 1 to 5. */
async function createUser(held: Partial<Record<keyof typeof skills, number>> = {}): Promise<number> {
  const name = `person${++people}`;
  const { id } = await db
    .insertInto('users')
    .values({ email: `${name}@example.com`, username: name, name, password_hash: 'none' })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const [skill, proficiency] of Object.entries(held)) {
    const skill_id = skills[skill as keyof typeof skills];
    await db.insertInto('user_skills').values({ user_id: id, skill_id, proficiency, source: 'manual' }).execute();
  }
  return id;
}

interface JobAbout {
  asks?: Partial<Record<keyof typeof skills, number>>;
  posted?: Date;
  expires?: Date | null;
  status?: 'open' | 'closed';
}
/** A job that asks for these skills: each with its weight. */
async function createJob(title: string, { asks = {}, posted = ago(5), expires = null, status = 'open' }: JobAbout = {}) {
  const about = { company: 'Acme', description: 'Work.', location: 'Leeds', level: 'mid' as const, type: 'full_time' as const };
  const { id } = await db
    .insertInto('jobs')
    .values({ ...about, title, posted_at: posted, expires_at: expires, status })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const [skill, weight] of Object.entries(asks)) {
    await db
      .insertInto('job_skills')
      .values({ job_id: id, skill_id: skills[skill as keyof typeof skills], weight })
      .execute();
  }
  return id;
}
const apply = (userId: number, jobId: number, status: 'submitted' | 'withdrawn' = 'submitted') =>
  db.insertInto('job_applications').values({ user_id: userId, job_id: jobId, status }).execute();

interface Item {
  jobId: number;
  title: string;
  company: string;
  score: number;
  reason: string;
  matched: string[];
  missing: string[];
}
/** Runs the task as a worker does. */
function run(userId: number, limit = 10, at = now) {
  const [handler] = recommendationHandlers({ db, clock: () => at });
  return handler!.run({ userId, limit }, taskContext({ name: recommendJobsAsync.taskName }));
}
const stored = (userId: number) => db.selectFrom('recommendations').selectAll().where('user_id', '=', userId).executeTakeFirst();
async function recommended(userId: number, limit?: number): Promise<Item[]> {
  await run(userId, limit);
  return (await stored(userId))!.items as unknown as Item[];
}

describe('recommend_jobs_async', () => {
  it('stores the jobs with their score, the reason and the facts, for a day', async () => {
    const userId = await createUser({ sql: 5, go: 5 });
    const jobId = await createJob('Back-End Engineer', { asks: { sql: 3, go: 4, css: 1, git: 2 } });
    expect(await run(userId)).toEqual({ userId, kind: 'jobs', items: 1 });
    expect(await stored(userId)).toEqual({
      user_id: userId,
      kind: 'jobs',
      computed_at: now,
      expires_at: new Date(now.getTime() + day),
      items: [
        {
          jobId,
          title: 'Back-End Engineer',
          company: 'Acme',
          score: 0.7,
          reason: 'You have 2 of the 4 skills it asks for (test go, test sql), which is 70 % of their weight',
          matched: ['test go', 'test sql'],
          missing: ['test git', 'test css'],
        },
      ],
    });
  });

  it('ranks by the weight of what the user has and by how well the user has it, then by freshness', async () => {
    const userId = await createUser({ sql: 5, go: 1 });
    await createJob('light', { asks: { sql: 1, css: 9 } });
    await createJob('heavy', { asks: { sql: 9, css: 1 } });
    await createJob('beginner', { asks: { go: 1 } });
    await createJob('older', { asks: { sql: 1 }, posted: ago(9) });
    await createJob('newer', { asks: { sql: 1 }, posted: ago(1) });
    const items = await recommended(userId);
    expect(items.map(({ title, score }) => [title, score])).toEqual([
      ['newer', 1],
      ['older', 1],
      ['heavy', 0.9],
      ['beginner', 0.6],
      ['light', 0.1],
    ]);
  });

  it('leaves out what is closed or over, what was applied for, and what has nothing in common', async () => {
    const userId = await createUser({ sql: 3 });
    const fitting = await createJob('fitting', { asks: { sql: 1 }, expires: new Date(now.getTime() + 1) });
    await createJob('closed', { asks: { sql: 1 }, status: 'closed' });
    await createJob('over', { asks: { sql: 1 }, expires: now });
    await createJob('other', { asks: { css: 1 } });
    await apply(userId, await createJob('applied for', { asks: { sql: 1 } }));
    await apply(userId, await createJob('withdrawn', { asks: { sql: 1 } }), 'withdrawn');
    expect((await recommended(userId)).map(({ jobId }) => jobId)).toEqual([fitting]);
  });

  it.each([
    ['without skills', {}],
    ['whose skills no job asks for', { lua: 5 }],
  ])('gives a user %s what most people apply for, then the newest', async (_, held) => {
    const userId = await createUser(held);
    await createJob('old', { asks: { sql: 1 }, posted: ago(9) });
    await createJob('new', { asks: { sql: 1 }, posted: ago(1) });
    const popular = await createJob('popular', { asks: { sql: 1 }, posted: ago(20) });
    for (let i = 0; i < 2; i += 1) await apply(await createUser(), popular);
    const items = await recommended(userId);
    expect(items.map(({ title, score, reason }) => [title, score, reason])).toEqual([
      ['popular', 0, 'Popular: 2 people have applied'],
      ['new', 0, 'New on the platform'],
      ['old', 0, 'New on the platform'],
    ]);
    expect(items[0]).toMatchObject({ matched: [], missing: ['test sql'] });
  });

  it('stores no more than asked for, and nothing when there is nothing', async () => {
    const userId = await createUser({ sql: 3 });
    expect(await recommended(userId)).toEqual([]);
    for (let i = 0; i < 5; i += 1) await createJob(`job ${i}`, { asks: { sql: 1 } });
    expect(await recommended(userId, 3)).toHaveLength(3);
  });

  it('replaces what was stored before, but not what is newer', async () => {
    const userId = await createUser({ sql: 3 });
    await createJob('first', { asks: { sql: 1 } });
    await run(userId);
    await createJob('second', { asks: { sql: 1 } });
    await run(userId, 10, new Date(now.getTime() - 1000));
    expect(await stored(userId)).toMatchObject({ computed_at: now, items: [{ title: 'first' }] });
    await run(userId, 10, new Date(now.getTime() + 1000));
    expect((await stored(userId))!.items).toHaveLength(2);
  });

  it('stores one row when five runs meet', async () => {
    const userId = await createUser({ sql: 3 });
    await createJob('one', { asks: { sql: 1 } });
    await Promise.all([1, 2, 3, 4, 5].map(() => run(userId)));
    const rows = await db.selectFrom('recommendations').selectAll().where('user_id', '=', userId).execute();
    expect(rows).toEqual([expect.objectContaining({ kind: 'jobs', items: [expect.objectContaining({ title: 'one' })] })]);
  });

  it('keeps hostile titles as they are', async () => {
    const userId = await createUser();
    const title = `'; DROP TABLE jobs; -- <script>"{{ x }}" 🎉`;
    await createJob(title);
    expect((await recommended(userId)).map((item) => item.title)).toEqual([title]);
  });

  it('fails for good for an unknown user', async () => {
    await expect(run(999_999_999)).rejects.toMatchObject({ code: 'USER_NOT_FOUND', permanent: true });
  });

  it.each([{ userId: 0 }, { userId: 1, limit: 0 }, { userId: 1, limit: 101 }, { userId: 1, limit: 1.5 }, { user_id: 1 }])(
    'has a contract that refuses %o',
    (args) => {
      expect(recommendJobsAsync.schema.safeParse(args).success).toBe(false);
    },
  );
});
