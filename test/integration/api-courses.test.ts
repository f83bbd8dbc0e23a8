import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
let sql: number;
beforeAll(async () => {
  api = await createTestApi();
  const skill = { name: 'SQL', slug: 'sql', category: 'databases' };
  sql = (await api.db.insertInto('skills').values(skill).returning('id').executeTakeFirstOrThrow()).id;
});
afterAll(() => api.close());

async function course(about: { title?: string; level?: 'entry' | 'senior'; skillIds?: number[]; created_at?: Date } = {}) {
  const { skillIds = [], ...values } = about;
  const { id } = await api.db
    .insertInto('courses')
    .values({
      title: 'SQL from scratch',
      provider: 'Example Academy',
      description: 'Queries & joins.',
      level: 'entry',
      duration_hours: 7.5,
      modules: ['Welcome', 'Joins'],
      ...values,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (skillIds.length > 0) {
    const links = skillIds.map((skill_id) => ({ course_id: id, skill_id }));
    await api.db.insertInto('course_skills').values(links).execute();
  }
  return id;
}

const call = (user: SignedUpUser, method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) =>
  api.app.inject({ method, url: `/api/courses${path}`, headers: user.headers, ...(payload && { payload }) });

/** The tasks that were enqueued for a user beside those of the registration, each as its name's last part. */
async function enqueuedFor({ id }: SignedUpUser) {
  const messages = (await api.outbox()).filter(({ args }) => args.userId === id);
  return messages.slice(2).map(({ name, args }) => [name.split('.').at(-1), args]);
}

const activityOf = async ({ id }: SignedUpUser) => {
  const events = await api.db
    .selectFrom('activity_events')
    .select(['kind', 'subject_id'])
    .where('user_id', '=', id)
    .orderBy('id')
    .execute();
  return events.filter(({ kind }) => kind !== 'login').map(({ kind, subject_id }) => [kind, subject_id]);
};

describe('the list of courses', () => {
  it('holds them newest first, a page at a time, with one’s own enrolment', async () => {
    const user = await api.signUp();
    const older = await course({ created_at: new Date('2031-01-01'), skillIds: [sql] });
    const newer = await course({ created_at: new Date('2032-01-01'), title: 'Newer' });
    await call(user, 'POST', `/${newer}/enroll`);
    await call(await api.signUp(), 'POST', `/${older}/enroll`);
    const answer = (await call(user, 'GET', '?pageSize=2')).json();
    const common = { provider: 'Example Academy', level: 'entry', durationHours: 7.5 };
    const enrollment = { progress: 0, rating: null, enrolledAt: expect.any(String), completedAt: null };
    expect(answer).toEqual({
      items: [
        { ...common, id: newer, title: 'Newer', skills: [], enrollment },
        { ...common, id: older, title: 'SQL from scratch', skills: [{ id: sql, name: 'SQL' }], enrollment: null },
      ],
      page: 1,
      pageSize: 2,
      total: 2,
    });
    expect((await call(user, 'GET', '?pageSize=1&page=2')).json().items).toEqual([expect.objectContaining({ id: older })]);
  });

  it('is narrowed by level, skill, text and enrolment', async () => {
    const user = await api.signUp();
    const [plain, taught, odd] = [
      await course({ title: 'Plain Zebra' }),
      await course({ title: 'Zebra, taught', level: 'senior', skillIds: [sql] }),
      await course({ title: '100% zebra_\\' }),
    ];
    await call(user, 'POST', `/${plain}/enroll`);
    const find = async (query: Record<string, string | number>) => {
      const search = new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]));
      const answer = await call(user, 'GET', `?${search}`);
      return answer.json().items.map(({ id }: { id: number }) => id);
    };
    expect(await find({ text: 'zEBRA' })).toEqual([odd, taught, plain]);
    expect(await find({ text: 'zebra', level: 'senior' })).toEqual([taught]);
    expect(await find({ text: 'zebra', skillId: sql })).toEqual([taught]);
    expect(await find({ text: 'zebra', enrolled: 'true' })).toEqual([plain]);
    expect(await find({ text: 'zebra', enrolled: 'false' })).toEqual([odd, taught]);
    expect(await find({ text: '%' })).toEqual([odd]);
    expect(await find({ text: 'zebra_' })).toEqual([odd]);
    expect(await find({ text: '\\' })).toEqual([odd]);
    expect(await find({ text: "'; DROP TABLE courses; --" })).toEqual([]);
  });

  it.each([
    'page=0',
    'pageSize=101',
    'level=wizard',
    'skillId=x',
    'enrolled=perhaps',
    'text=',
    `text=${'x'.repeat(101)}`,
    'text=%00',
  ])('refuses ?%s', async (query) => {
    expect(failure(await call(await anybody(), 'GET', `?${query}`))).toEqual([400, 'REQUEST_INVALID']);
  });
});

let someone: SignedUpUser | undefined;
/** A user of whom nothing is asked. */
async function anybody(): Promise<SignedUpUser> {
  someone ??= await api.signUp();
  return someone;
}

describe('a course', () => {
  it('is shown with its modules, its rating and one’s own progress', async () => {
    const id = await course({ skillIds: [sql] });
    const [user, ...others] = [await api.signUp(), await api.signUp(), await api.signUp()];
    for (const [index, learner] of [user, ...others].entries()) {
      await call(learner, 'POST', `/${id}/enroll`);
      await call(learner, 'PUT', `/${id}/rating`, { rating: 3 + index });
    }
    await call(user, 'PUT', `/${id}/progress`, { progress: 40 });
    const shown = (await call(user, 'GET', `/${id}`)).json();
    expect(shown).toMatchObject({
      description: 'Queries & joins.',
      modules: ['Welcome', 'Joins'],
      rating: 4,
      enrollments: 3,
      enrollment: { progress: 40, rating: 3, completedAt: null },
    });
    expect((await call(await anybody(), 'GET', `/${id}`)).json().enrollment).toBeNull();
  });

  it('that is unknown is not found', async () => {
    expect(failure(await call(await anybody(), 'GET', '/987654'))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(failure(await call(await anybody(), 'GET', '/x'))).toEqual([400, 'REQUEST_INVALID']);
    expect(failure(await api.app.inject('/api/courses/1'))).toEqual([401, 'TOKEN_MISSING']);
  });
});

describe('enrolling', () => {
  it('sends a mail, checks the achievements and recommends other courses, the first time', async () => {
    const user = await api.signUp();
    const id = await course();
    const answers = [await call(user, 'POST', `/${id}/enroll`), await call(user, 'POST', `/${id}/enroll`)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 200]);
    expect(answers[0]!.json()).toEqual({ progress: 0, rating: null, enrolledAt: expect.any(String), completedAt: null });
    expect(answers[1]!.json()).toEqual(answers[0]!.json());
    expect(await enqueuedFor(user)).toEqual([
      ['send_course_enrollment_email', { userId: user.id, courseId: id }],
      ['check_user_achievements', { userId: user.id }],
      ['recommend_courses_async', { userId: user.id, limit: 10 }],
    ]);
    expect(await activityOf(user)).toEqual([['enrollment', id]]);
  });

  it('happens once when it is asked for several times at once', async () => {
    const user = await api.signUp();
    const id = await course();
    const answers = await Promise.all([1, 2, 3, 4].map(() => call(user, 'POST', `/${id}/enroll`)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 200, 201]);
    expect(await enqueuedFor(user)).toHaveLength(3);
  });

  it('in a course that is unknown leaves nothing', async () => {
    const user = await api.signUp();
    expect(failure(await call(user, 'POST', '/987654/enroll'))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await enqueuedFor(user)).toEqual([]);
  });
});

describe('progress', () => {
  let user: SignedUpUser;
  let id: number;
  const report = (progress: unknown) => call(user, 'PUT', `/${id}/progress`, { progress });
  beforeEach(async () => {
    user = await api.signUp();
    id = await course();
    await call(user, 'POST', `/${id}/enroll`);
  });

  it('goes forwards only', async () => {
    const answers = [await report(30), await report(20), await report(30), await report(31)];
    expect(answers.map((answer) => answer.json().progress)).toEqual([30, 30, 30, 31]);
    expect(await activityOf(user)).toEqual([
      ['enrollment', id],
      ['course_progress', id],
      ['course_progress', id],
    ]);
    expect(await enqueuedFor(user)).toHaveLength(3);
  });

  it('of 100 completes the course once, and checks the achievements', async () => {
    const answers = await Promise.all([report(100), report(100), report(60), report(100)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    const { progress, completedAt } = (await report(10)).json();
    expect([progress, completedAt]).toEqual([100, expect.any(String)]);
    expect((await report(100)).json().completedAt).toBe(completedAt);
    expect((await enqueuedFor(user)).slice(3)).toEqual([['check_user_achievements', { userId: user.id }]]);
    expect((await activityOf(user)).filter(([kind]) => kind === 'course_completed')).toHaveLength(1);
  });

  it.each([-1, 101, 0.5, '50', null, undefined])('is not %j', async (progress) => {
    const answer = await report(progress);
    expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
    expect(Object.keys(answer.json().error.fields)).toEqual(['progress']);
  });

  it('and a rating need an enrolment', async () => {
    const stranger = await anybody();
    expect(failure(await call(stranger, 'PUT', `/${id}/progress`, { progress: 1 }))).toEqual([404, 'NOT_ENROLLED']);
    expect(failure(await call(stranger, 'PUT', `/${id}/rating`, { rating: 5 }))).toEqual([404, 'NOT_ENROLLED']);
    expect(failure(await call(user, 'PUT', '/987654/progress', { progress: 1 }))).toEqual([404, 'NOT_ENROLLED']);
  });
});

describe('a rating', () => {
  it('may be given anew; the same one again is no activity', async () => {
    const user = await api.signUp();
    const id = await course();
    await call(user, 'POST', `/${id}/enroll`);
    const answers = [];
    for (const rating of [5, 2, 2]) answers.push(await call(user, 'PUT', `/${id}/rating`, { rating }));
    expect(answers.map((answer) => answer.json().rating)).toEqual([5, 2, 2]);
    expect((await activityOf(user)).filter(([kind]) => kind === 'course_rated')).toHaveLength(2);
    for (const rating of [0, 6, 1.5, '3']) {
      expect(failure(await call(user, 'PUT', `/${id}/rating`, { rating }))).toEqual([400, 'REQUEST_INVALID']);
    }
  });
});
