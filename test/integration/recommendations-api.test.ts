import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enroll } from '#src/courses/enrollments.js';
import { applyForJob } from '#src/jobs/applications.js';
import { removeSkill, setSkill } from '#src/skills/profile.js';
import { type RecommendationKind, recommendationKinds } from '#src/tasks/recommendations.js';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';
import { career, type StoredItem } from '../support/recommendations.js';

let api: TestApi;
let platform: ReturnType<typeof career>;
beforeAll(async () => {
  api = await createTestApi();
  platform = career(api.db, () => new Date());
});
afterAll(() => api.close());

const hour = 3_600_000;

const call = (method: 'GET' | 'POST', url: string, who: SignedUpUser) =>
  api.app.inject({ method, url: `/api/recommendations${url}`, headers: who.headers });
const read = async (kind: RecommendationKind, who: SignedUpUser) => (await call('GET', `/${kind}`, who)).json();
const titlesFor = async (kind: RecommendationKind, who: SignedUpUser) =>
  (await read(kind, who)).items.map(({ title }: StoredItem) => title);

/** Stores a list as a task does; each item has its title from `items`. */
async function store(who: SignedUpUser, kind: RecommendationKind, items: Record<string, number>, computedAt = new Date()) {
  const facts = { subtitle: 'About it', score: 0.5, reason: 'You have it', matched: ['SQL'], missing: [] };
  const rows = Object.entries(items).map(([title, id]) => ({ id, title, ...facts }));
  const expires_at = new Date(computedAt.getTime() + 36 * hour);
  const values = { user_id: who.id, kind, items: JSON.stringify(rows), computed_at: computedAt, expires_at };
  await api.db
    .insertInto('recommendations')
    .values(values)
    .onConflict((conflict) => conflict.columns(['user_id', 'kind']).doUpdateSet(values))
    .execute();
}

/** The recommendation tasks in the outbox for a user: each as its kind. */
const enqueuedFor = async ({ id }: { id: number }) =>
  (await api.outbox())
    .filter(({ name, args }) => name.startsWith('tasks.recommendation_tasks.') && args.userId === id)
    .map(({ name }) => /recommend_(\w+)_async/.exec(name)![1]);

describe('the lists', () => {
  it('are given with their age, best first', async () => {
    const ada = await api.signUp();
    const jobs = { First: await platform.createJob('First', {}), Second: await platform.createJob('Second', {}) };
    await store(ada, 'jobs', jobs, new Date(Date.now() - hour));
    const list = await read('jobs', ada);
    expect(list).toMatchObject({
      items: [
        {
          id: jobs.First,
          title: 'First',
          subtitle: 'About it',
          score: 0.5,
          reason: 'You have it',
          matched: ['SQL'],
          missing: [],
        },
        { id: jobs.Second, title: 'Second' },
      ],
      computedAt: expect.any(String),
      expiresAt: expect.any(String),
      stale: false,
    });
    expect(list.ageSeconds).toBeGreaterThanOrEqual(3600);
    expect(Object.keys((await call('GET', '', ada)).json())).toEqual([...recommendationKinds]);
    expect(await enqueuedFor(ada)).not.toContain('jobs');
  });

  it('that are missing or have expired are said to be stale, and are on their way', async () => {
    const ada = await api.signUp();
    const job = await platform.createJob('Old', {});
    await store(ada, 'jobs', { Old: job }, new Date(Date.now() - 37 * hour));
    expect(await read('jobs', ada)).toMatchObject({ items: [{ id: job }], stale: true });
    expect(await read('courses', ada)).toEqual({ items: [], computedAt: null, expiresAt: null, ageSeconds: null, stale: true });
    expect(await enqueuedFor(ada)).toEqual(['jobs', 'courses']);
  });

  it('leave out what does not hold any more', async () => {
    const ada = await api.signUp();
    const jobs = {
      good: await platform.createJob('good', {}),
      closed: await platform.createJob('closed', {}, { status: 'closed' }),
      over: await platform.createJob('over', {}, { expires_at: new Date(Date.now() - 1000) }),
      applied: await platform.createJob('applied', {}),
      gone: 999_999,
    };
    await platform.apply(ada.id, jobs.applied);
    await store(ada, 'jobs', jobs);
    expect(await titlesFor('jobs', ada)).toEqual(['good']);

    const courses = { good: await platform.createCourse('good', []), enrolled: await platform.createCourse('enrolled', []) };
    await platform.enroll(ada.id, courses.enrolled);
    await store(ada, 'courses', courses);
    expect(await titlesFor('courses', ada)).toEqual(['good']);

    const mentors = {
      good: await platform.createMentor('good', []),
      busy: await platform.createMentor('busy', [], { accepts_mentees: false }),
      present: await platform.createMentor('present', []),
    };
    const session = { mentor_id: mentors.present, mentee_id: ada.id, topic: 'Work', proposed_at: new Date() };
    await api.db.insertInto('mentor_sessions').values(session).execute();
    await store(ada, 'mentors', mentors);
    expect(await titlesFor('mentors', ada)).toEqual(['good']);

    await platform.addSkills(ada.id, { held: 3 });
    await store(ada, 'skills', { good: await platform.skillId('good'), held: await platform.skillId('held') });
    expect(await titlesFor('skills', ada)).toEqual(['good']);

    const people = {
      good: await platform.createUser(),
      closed: await platform.createUser({}, { is_active: false }),
      asked: await platform.createUser(),
      asking: await platform.createUser(),
    };
    await platform.connectPeople(ada.id, people.asked);
    await platform.connectPeople(people.asking, ada.id);
    await store(ada, 'connections', people);
    expect(await titlesFor('connections', ada)).toEqual(['good']);
  });

  it('are the user’s own, and there are no other kinds', async () => {
    const [ada, ben] = [await api.signUp(), await api.signUp()];
    await store(ada, 'jobs', { mine: await platform.createJob('mine', {}) });
    expect(await titlesFor('jobs', ben)).toEqual([]);
    expect(failure(await call('GET', '/friends', ada))).toEqual([400, 'REQUEST_INVALID']);
    expect(failure(await api.app.inject({ method: 'GET', url: '/api/recommendations' }))).toEqual([401, 'TOKEN_MISSING']);
  });
});

describe('a refresh', () => {
  it('enqueues the task of each kind, whose state the user may ask for', async () => {
    const ada = await api.signUp();
    const answer = await call('POST', '/refresh', ada);
    expect(answer.statusCode).toBe(202);
    const { taskIds } = answer.json();
    expect(Object.keys(taskIds)).toEqual([...recommendationKinds]);
    expect(await enqueuedFor(ada)).toEqual([...recommendationKinds]);
    const state = await api.app.inject({ method: 'GET', url: `/api/tasks/${taskIds.skills}`, headers: ada.headers });
    expect(state.json()).toMatchObject({ name: 'tasks.recommendation_tasks.recommend_skills_async', status: 'PENDING' });
  });

  it('is limited', async () => {
    const ada = await api.signUp();
    const answers = await Promise.all(Array.from({ length: 7 }, () => call('POST', '/refresh', ada)));
    expect(answers.map(({ statusCode }) => statusCode)).toContain(429);
  });
});

describe('a dismissal', () => {
  it('takes the item out at once and for good, and has another one found in its place', async () => {
    const ada = await api.signUp();
    const jobs = { kept: await platform.createJob('kept', {}), dismissed: await platform.createJob('dismissed', {}) };
    await store(ada, 'jobs', jobs);
    const answers = await Promise.all([1, 2, 3].map(() => call('POST', `/jobs/${jobs.dismissed}/dismiss`, ada)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204, 204]);
    expect((await platform.listOf(ada.id, 'jobs'))!.items.map(({ title }) => title)).toEqual(['kept']);
    expect(await enqueuedFor(ada)).toEqual(['jobs']);
    // Also when a task that had begun before stores its list afterwards.
    await store(ada, 'jobs', jobs);
    expect(await titlesFor('jobs', ada)).toEqual(['kept']);
  });

  it('leaves alone the same item of other users, and other kinds with the same id', async () => {
    const [ada, ben] = [await api.signUp(), await api.signUp()];
    const job = await platform.createJob('job', {});
    await store(ada, 'jobs', { job });
    await store(ben, 'jobs', { job });
    await call('POST', `/jobs/${job}/dismiss`, ben);
    expect(await titlesFor('jobs', ada)).toEqual(['job']);
    const rows = await api.db.selectFrom('recommendation_dismissals').select(['user_id', 'kind']).where('item_id', '=', job);
    expect(await rows.where('user_id', '=', ben.id).execute()).toEqual([{ user_id: ben.id, kind: 'jobs' }]);
  });

  it.each([
    ['/jobs/999999/dismiss', 404, 'RECOMMENDATION_NOT_FOUND'],
    ['/jobs/0/dismiss', 400, 'REQUEST_INVALID'],
    ['/friends/1/dismiss', 400, 'REQUEST_INVALID'],
    ['/mentors/999999/click', 404, 'RECOMMENDATION_NOT_FOUND'],
  ])('of %s is refused', async (url, status, code) => {
    expect(failure(await call('POST', url, await api.signUp()))).toEqual([status, code]);
  });
});

it('clicks are counted', async () => {
  const ada = await api.signUp();
  const course = await platform.createCourse('Course', []);
  const answers = await Promise.all([1, 2, 3].map(() => call('POST', `/courses/${course}/click`, ada)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204, 204]);
  const rows = await api.db.selectFrom('recommendation_clicks').selectAll().where('user_id', '=', ada.id).execute();
  expect(rows).toMatchObject([{ kind: 'courses', item_id: course, clicks: 3 }]);
});

describe('what changes for a user', () => {
  const now = new Date('2026-03-04T05:06:07Z');
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

  it('is followed by one run of each kind that it is about, however much changes within ten seconds', async () => {
    const id = await platform.createUser();
    const [sql, go] = [await platform.skillId('sql'), await platform.skillId('go')];
    const level = { proficiency: 3, years: null };
    await setSkill(api.db, { userId: id, skillId: sql, now }, level);
    await setSkill(api.db, { userId: id, skillId: go, now: later(1) }, level);
    await removeSkill(api.db, { userId: id, skillId: sql, now: later(2) });
    expect(await enqueuedFor({ id })).toEqual([...recommendationKinds]);
    const [first] = (await api.outbox()).filter(({ args }) => args.userId === id && 'limit' in args);
    expect(first!.eta).toBe(new Date('2026-03-04T05:06:20Z').getTime());
    await setSkill(api.db, { userId: id, skillId: go, now: later(10) }, level);
    expect(await enqueuedFor({ id })).toHaveLength(10);
  });

  it('is an application, for jobs, and an enrolment, for courses', async () => {
    const id = await platform.createUser();
    for (const title of ['one', 'two']) {
      await applyForJob(api.db, id, await platform.createJob(title, {}), now);
      await enroll(api.db, id, await platform.createCourse(title, []), now);
    }
    expect((await enqueuedFor({ id })).sort()).toEqual(['courses', 'jobs']);
  });
});
