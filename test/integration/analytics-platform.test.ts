import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshness, readFigures, saveFigures } from '#src/analytics/cache.js';
import type { FigureKey } from '#src/analytics/types.js';
import { cachePlatformAnalytics } from '#src/tasks/analytics.js';
import { daysAgo, now, type OpenAnalytics, openAnalytics } from '../support/analytics.js';
import { holding } from '../support/holding.js';
import { until } from '../support/kit.js';

let analytics: OpenAnalytics;
let db: OpenAnalytics['db'];
beforeAll(async () => {
  analytics = await openAnalytics();
  db = analytics.db;
});
beforeEach(() => analytics.empty());
afterAll(() => analytics.close());

async function figures<K extends FigureKey>(key: K) {
  await cachePlatformAnalytics({});
  return (await readFigures(db, key))!.value;
}

const course = { provider: 'Guild', description: '-', level: 'entry', duration_hours: 1 } as const;
const job = { company: 'Mill', description: '-', location: 'Graz', level: 'entry', type: 'contract' } as const;

async function createSkills(...names: string[]): Promise<number[]> {
  const rows = names.map((name) => ({ name, slug: name.toLowerCase(), category: 'Craft' }));
  return (await db.insertInto('skills').values(rows).returning('id').execute()).map(({ id }) => id);
}

async function createJobs(...about: object[]): Promise<number[]> {
  const rows = about.map((each, at) => ({ title: `Job ${at + 1}`, ...job, ...each }));
  return (await db.insertInto('jobs').values(rows).returning('id').execute()).map(({ id }) => id);
}

describe('cache_platform_analytics', () => {
  it('caches five kinds of figures, all with the same time, for two hours', async () => {
    const keys = ['skills', 'courses', 'jobs', 'mentoring', 'platform'] as const;
    expect(await cachePlatformAnalytics({})).toEqual({
      figures: expect.arrayContaining([...keys]),
      computedAt: now.toISOString(),
    });
    for (const key of keys) {
      expect(await readFigures(db, key)).toMatchObject({ computedAt: now, expiresAt: new Date(now.getTime() + 7_200_000) });
    }
  });

  it('counts users, content and engagement', async () => {
    const [ada, ben] = (await analytics.createUsers(2, { last_seen_at: daysAgo(2) })) as [number, number];
    await analytics.createUser({ last_seen_at: daysAgo(31) });
    const closed = await analytics.createUser({ is_active: false });
    await db
      .updateTable('users')
      .set({ is_premium: true, created_at: daysAgo(40) })
      .where('id', 'in', [ada, closed])
      .execute();
    await db
      .updateTable('users')
      .set({ created_at: daysAgo(29) })
      .where('id', '=', ben)
      .execute();
    await db
      .insertInto('mentors')
      .values([ada, closed].map((user_id) => ({ user_id, bio: '-' })))
      .execute();
    const [post] = await analytics.writePosts(ada, 3);
    await db.insertInto('likes').values({ user_id: ben, post_id: post! }).execute();
    await db.insertInto('connections').values({ requester_id: ada, addressee_id: ben }).execute();

    const { users, content, engagement } = await figures('platform');

    // The third one signed up after `now`, which is not held against him: he is there.
    expect(users).toEqual({ total: 3, active: 2, mentors: 1, premium: 1, newLast30Days: 2, closed: 1 });
    expect(content).toEqual({ posts: 3, comments: 0, resumes: 0, courses: 0, openJobs: 0, skills: 0 });
    expect(engagement).toMatchObject({ likes: 1, connections: 0, endorsements: 0, enrollments: 0, completedSessions: 0 });
  });

  it('shows the activity of 30 calendar days of the platform’s time zone, a quiet one as 0', async () => {
    const [ada, ben] = (await analytics.createUsers(2)) as [number, number];
    // In Berlin it is the next day already at 23:30 UTC.
    await analytics.act(ada, ['2026-03-01T22:30:00Z', '2026-03-01T23:30:00Z', '2026-03-02T10:00:00Z', '2026-03-04T05:00:00Z']);
    await analytics.act(ben, ['2026-03-02T11:00:00Z', '2026-02-02T22:59:00Z', '2026-02-02T23:00:00Z']);

    const { days, events, dailyUsers } = (await figures('platform')).engagement;

    expect(days).toHaveLength(30);
    expect(days[0]).toEqual({ date: '2026-02-03', events: 1, users: 1 });
    expect(days.slice(-4)).toEqual([
      { date: '2026-03-01', events: 1, users: 1 },
      { date: '2026-03-02', events: 3, users: 2 },
      { date: '2026-03-03', events: 0, users: 0 },
      { date: '2026-03-04', events: 1, users: 1 },
    ]);
    expect(events).toBe(6);
    // 1 + 1 + 2 in 29 days: today is not over.
    expect(dailyUsers).toBe(0.14);
  });

  it('sets the skills that are held against those that open jobs ask for', async () => {
    const [weaving, dyeing, spinning] = (await createSkills('Weaving', 'Dyeing', 'Spinning')) as [number, number, number];
    const [ada, ben] = (await analytics.createUsers(2)) as [number, number];
    const closed = await analytics.createUser({ is_active: false });
    const held = { proficiency: 3, source: 'manual' } as const;
    await db
      .insertInto('user_skills')
      .values([
        { user_id: ada, skill_id: weaving, ...held },
        { user_id: ben, skill_id: weaving, ...held },
        { user_id: ben, skill_id: dyeing, ...held },
        { user_id: closed, skill_id: dyeing, ...held },
      ])
      .execute();
    await db.insertInto('endorsements').values({ user_id: ben, skill_id: dyeing, endorser_id: ada }).execute();
    const [open, other, over] = await createJobs({}, {}, { posted_at: daysAgo(9), expires_at: now });
    await db
      .insertInto('job_skills')
      .values([
        { job_id: open!, skill_id: weaving },
        { job_id: open!, skill_id: dyeing },
        { job_id: other!, skill_id: dyeing },
        { job_id: over!, skill_id: spinning },
      ])
      .execute();

    const skills = await figures('skills');

    const weavers = {
      skillId: weaving,
      name: 'Weaving',
      category: 'Craft',
      users: 2,
      endorsements: 0,
      openJobs: 1,
      usersPerJob: 2,
    };
    const dyers = {
      skillId: dyeing,
      name: 'Dyeing',
      category: 'Craft',
      users: 1,
      endorsements: 1,
      openJobs: 2,
      usersPerJob: 0.5,
    };
    expect(skills).toEqual({
      totals: { skills: 3, held: 2, userSkills: 3, endorsements: 1, asked: 2 },
      mostHeld: [weavers, dyers],
      mostEndorsed: [dyers],
      mostAsked: [dyers, weavers],
      scarcest: [dyers, weavers],
    });
  });

  it('tells how many complete a course, and what they think of it', async () => {
    const ids = await analytics.createUsers(3);
    const [weaving, dyeing] = (
      await db
        .insertInto('courses')
        .values(['Weaving', 'Dyeing'].map((title) => ({ ...course, title })))
        .returning('id')
        .execute()
    ).map(({ id }) => id) as [number, number];
    await db
      .insertInto('enrollments')
      .values([
        { user_id: ids[0]!, course_id: weaving, progress: 100, completed_at: now, rating: 5 },
        { user_id: ids[1]!, course_id: weaving, progress: 50, rating: 4 },
        { user_id: ids[2]!, course_id: weaving, progress: 0, rating: 4 },
        { user_id: ids[0]!, course_id: dyeing, progress: 10, rating: 5 },
      ])
      .execute();

    const { totals, mostEnrolled, bestRated } = await figures('courses');

    expect(totals).toEqual({
      courses: 2,
      enrollments: 4,
      completed: 1,
      completionRate: 0.25,
      rating: { ratings: 4, average: 4.5 },
    });
    const best = {
      courseId: weaving,
      title: 'Weaving',
      enrollments: 3,
      completed: 1,
      completionRate: 0.3333,
      averageProgress: 50,
    };
    expect(mostEnrolled).toEqual([
      { ...best, rating: { ratings: 3, average: 4.33 } },
      {
        courseId: dyeing,
        title: 'Dyeing',
        enrollments: 1,
        completed: 0,
        completionRate: 0,
        averageProgress: 10,
        rating: { ratings: 1, average: 5 },
      },
    ]);
    // One rating says little: that course is not among the best.
    expect(bestRated.map(({ courseId }) => courseId)).toEqual([weaving]);
  });

  it('follows applications from the first day to the offer', async () => {
    const ids = await analytics.createUsers(5);
    const [graz, oslo] = (await createJobs({ remote: true }, { location: 'Oslo', type: 'full_time', status: 'closed' })) as [
      number,
      number,
    ];
    const hoursLater = (hours: number) => new Date(daysAgo(10).getTime() + hours * 3_600_000);
    const applied = (user_id: number, job_id: number, about: object) => ({ user_id, job_id, created_at: daysAgo(10), ...about });
    await db
      .insertInto('job_applications')
      .values([
        applied(ids[0]!, graz, { status: 'offered', answered_at: hoursLater(10) }),
        applied(ids[1]!, graz, { status: 'interview', answered_at: hoursLater(20) }),
        applied(ids[2]!, graz, { status: 'rejected', answered_at: hoursLater(60) }),
        applied(ids[3]!, graz, { status: 'reviewing' }),
        applied(ids[4]!, oslo, { status: 'withdrawn', created_at: daysAgo(40) }),
      ])
      .execute();

    const found = await figures('jobs');

    expect(found.jobs).toEqual({ open: 1, closed: 1, remote: 1 });
    const applications = {
      total: 5,
      last30Days: 4,
      byStatus: { submitted: 0, reviewing: 1, interview: 1, offered: 1, rejected: 1, withdrawn: 1 },
    };
    expect(found.applications).toEqual(applications);
    expect((await figures('platform')).applications).toEqual(applications);
    expect(found.funnel).toEqual([
      { stage: 'applied', applications: 5, share: 1 },
      { stage: 'answered', applications: 3, share: 0.6 },
      { stage: 'interview', applications: 2, share: 0.4 },
      { stage: 'offered', applications: 1, share: 0.2 },
    ]);
    // Between 20 and 60 hours lies the ninth tenth: 20 + 0.8 × 40.
    expect(found.timeToAnswer).toEqual({ answered: 3, waiting: 1, meanHours: 30, medianHours: 20, p90Hours: 52 });
    expect(found.byType.slice(0, 3)).toEqual([
      { type: 'contract', openJobs: 1, applications: 4 },
      { type: 'full_time', openJobs: 0, applications: 1 },
      { type: 'internship', openJobs: 0, applications: 0 },
    ]);
    expect(found.byPlace).toEqual([
      { place: 'Graz', openJobs: 1, applications: 4 },
      { place: 'Oslo', openJobs: 0, applications: 1 },
    ]);
    expect(found.mostApplied.map(({ jobId }) => jobId)).toEqual([graz, oslo]);
  });

  it('ranks mentors by the sessions they completed, and leaves out those whose account is closed', async () => {
    const [ada, ben, mentee] = (await analytics.createUsers(3)) as [number, number, number];
    const closed = await analytics.createUser({ is_active: false });
    const mentors = [ada, ben, closed].map((user_id) => ({ user_id, bio: '-', accepts_mentees: user_id !== ben }));
    await db.insertInto('mentors').values(mentors).execute();
    const session = { mentee_id: mentee, topic: '-', proposed_at: daysAgo(50) };
    const done = { ...session, status: 'completed', completed_at: daysAgo(3) } as const;
    await db
      .insertInto('mentor_sessions')
      .values([
        { ...done, mentor_id: ada, rating: 4 },
        { ...done, mentor_id: ben, rating: 5 },
        { ...done, mentor_id: ben, completed_at: daysAgo(31) },
        { ...done, mentor_id: closed, rating: 5 },
        { ...session, mentor_id: ada, status: 'declined' },
      ])
      .execute();

    expect(await figures('mentoring')).toEqual({
      mentors: { total: 2, accepting: 1 },
      sessions: {
        total: 5,
        byStatus: { requested: 0, accepted: 0, declined: 1, completed: 4, cancelled: 0 },
        completedLast30Days: 3,
      },
      rating: { ratings: 3, average: 4.67 },
      topMentors: [
        { userId: ben, completed: 2, rating: { ratings: 1, average: 5 } },
        { userId: ada, completed: 1, rating: { ratings: 1, average: 4 } },
      ],
    });
  });

  it('lists 20 at most', async () => {
    const skills = await createSkills(...Array.from({ length: 25 }, (_, at) => `Skill${at}`));
    const userId = await analytics.createUser();
    await db
      .insertInto('user_skills')
      .values(skills.map((skill_id) => ({ user_id: userId, skill_id, proficiency: 1, source: 'manual' as const })))
      .execute();
    expect((await figures('skills')).mostHeld.map(({ skillId }) => skillId)).toEqual(skills.slice(0, 20));
  });

  it('has zeros and no rates on an empty platform', async () => {
    expect((await figures('courses')).totals).toEqual({
      courses: 0,
      enrollments: 0,
      completed: 0,
      completionRate: null,
      rating: { ratings: 0, average: null },
    });
    const { funnel, timeToAnswer } = await figures('jobs');
    expect(funnel[0]).toEqual({ stage: 'applied', applications: 0, share: null });
    expect(timeToAnswer).toEqual({ answered: 0, waiting: 0, meanHours: null, medianHours: null, p90Hours: null });
    expect((await figures('platform')).users).toEqual({
      total: 0,
      active: 0,
      mentors: 0,
      premium: 0,
      newLast30Days: 0,
      closed: 0,
    });
  });

  it('replaces the figures of the run before, but not those that are newer', async () => {
    await cachePlatformAnalytics({});
    await analytics.createUser();
    const later = new Date(now.getTime() + 60_000);
    analytics.clock.now = later;
    expect((await figures('platform')).users.total).toBe(1);

    analytics.clock.now = now;
    await analytics.createUser();
    expect((await figures('platform')).users.total).toBe(1);
    expect(await readFigures(db, 'platform')).toMatchObject({ computedAt: later });
  });

  it('keeps all earlier figures when one kind cannot be computed', async () => {
    await cachePlatformAnalytics({});
    const earlier = (await readFigures(db, 'platform'))!;
    analytics.clock.now = new Date(now.getTime() + 60_000);
    await db.schema.alterTable('mentor_sessions').renameTo('mentor_sessions_away').execute();
    try {
      await expect(cachePlatformAnalytics({})).rejects.toThrow('mentor_sessions');
    } finally {
      await db.schema.alterTable('mentor_sessions_away').renameTo('mentor_sessions').execute();
    }
    for (const key of ['skills', 'courses', 'jobs', 'mentoring', 'platform'] as const) {
      expect(await readFigures(db, key)).toMatchObject({ computedAt: earlier.computedAt });
    }
  });

  it('may run twice at once', async () => {
    const userId = await analytics.createUser();
    await analytics.act(userId, ['2026-02-10T10:00:00Z', '2026-03-04T05:00:00Z']);
    await Promise.all([cachePlatformAnalytics({}), cachePlatformAnalytics({})]);
    expect((await readFigures(db, 'platform'))!.value.engagement.events).toBe(2);
  });

  it('is of one moment, though users are deleted while it counts', async () => {
    const [ada] = await analytics.createUsers(2);
    const [skill] = await createSkills('Weaving');
    await sql`
      INSERT INTO user_skills (user_id, skill_id, proficiency, source) SELECT id, ${skill!}, 3, 'manual' FROM users
    `.execute(db);
    // It has counted the skills when it waits for the courses; users come last.
    const release = await holding(db, sql`LOCK TABLE courses IN ACCESS EXCLUSIVE MODE`);
    const running = cachePlatformAnalytics({});
    await until(() => analytics.isSomeoneWaiting());
    await db.deleteFrom('users').where('id', '=', ada!).execute();
    await release();
    await running;
    expect((await readFigures(db, 'skills'))!.value.totals.userSkills).toBe(2);
    expect((await readFigures(db, 'platform'))!.value.users.total).toBe(2);
    analytics.clock.now = new Date(now.getTime() + 1000);
    expect((await figures('skills')).totals.userSkills).toBe(1);
    expect((await readFigures(db, 'platform'))!.value.users.total).toBe(1);
  });

  it('refuses arguments', async () => {
    await expect(cachePlatformAnalytics({ days: 1 } as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });
});

describe('saveFigures', () => {
  it('saves all that it is given, or nothing', async () => {
    await cachePlatformAnalytics({});
    const { value } = (await readFigures(db, 'skills'))!;
    const broken = { skills: value, courses: { text: 'no zero bytes: \u0000' } };
    const later = freshness(new Date(now.getTime() + 1000), 'platform');
    await expect(saveFigures(db, broken as never, later)).rejects.toThrow();
    expect(await readFigures(db, 'skills')).toMatchObject({ computedAt: now });
  });
});
