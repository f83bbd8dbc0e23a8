import fc from 'fast-check';
import type { Insertable } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#src/db/schema.js';
import { checkAchievementsChunk } from '#src/tasks/achievements.js';
import { activeUserDays, daysAgo, now, type OpenAchievements, openAchievements } from '../support/achievements.js';

let platform: OpenAchievements;
let db: OpenAchievements['db'];
let skills: number[];
let courses: number[];
let jobs: number[];
/** Does things to others, and is not active. */
let crowd: number[];

beforeAll(async () => {
  platform = await openAchievements();
  db = platform.db;
  crowd = await platform.createUsers(10, { is_active: false });
  const numbers = Array.from({ length: 12 }, (_, index) => index);
  const ids = (rows: { id: number }[]) => rows.map(({ id }) => id);
  const named = numbers.map((index) => ({ name: `Skill ${index}`, slug: `skill-${index}`, category: 'test' }));
  skills = ids(await db.insertInto('skills').values(named).returning('id').execute());
  const course = { title: 'Course', provider: 'Guild', description: '-', level: 'entry', duration_hours: 1 } as const;
  courses = ids(
    await db
      .insertInto('courses')
      .values(numbers.map(() => course))
      .returning('id')
      .execute(),
  );
  const job = { title: 'Job', company: 'Mill', description: '-', location: '-', level: 'entry', type: 'contract' } as const;
  jobs = ids(
    await db
      .insertInto('jobs')
      .values(numbers.map(() => job))
      .returning('id')
      .execute(),
  );
});
afterAll(() => platform.close());

/** What a user did, in numbers about the thresholds. */
const deeds = fc.record({
  daysAway: fc.constantFrom(0, 1, activeUserDays - 1, activeUserDays + 1),
  isActive: fc.boolean(),
  posts: fc.constantFrom(0, 1, 2, 10),
  likesOfEachPost: fc.constantFrom(0, 9, 10),
  ownLikes: fc.boolean(),
  commentLikes: fc.constantFrom(0, 1, 10),
  resumes: fc.constantFrom('none', 'pending', 'failed', 'deleted'),
  enrollments: fc.nat(2),
  completed: fc.nat(1),
  applications: fc.constantFrom(0, 9, 10, 11),
  endorsements: fc.constantFrom(0, 4, 5),
  sessions: fc.constantFrom(0, 4, 5),
  requests: fc.nat(2),
  skills: fc.constantFrom(0, 9, 10, 11),
  points: fc.constantFrom(0, -20, 90, 99, 100, 240, 750, 990, 1000, 2240, 2500),
  held: fc.subarray(['first_post', 'mentor', 'legend', 'milestone_100', 'skill_master']),
});
type Deeds = typeof deeds extends fc.Arbitrary<infer T> ? T : never;

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

async function insert<T extends keyof Database>(table: T, rows: Insertable<Database[T]>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto(table).values(rows).execute();
}

/** Makes a user who did all that. */
async function createDoer(did: Deeds): Promise<number> {
  const userId = await platform.createUser({ is_active: did.isActive, last_seen_at: daysAgo(did.daysAway) });
  const posts = did.posts > 0 ? await platform.writePosts(userId, did.posts) : [];
  await insert(
    'likes',
    posts.flatMap((post) => times(did.likesOfEachPost, (at) => ({ user_id: crowd[at]!, post_id: post }))),
  );
  if (did.ownLikes)
    await insert(
      'likes',
      posts.map((post) => ({ user_id: userId, post_id: post })),
    );
  if (posts[0]) {
    const { id: comment } = await db
      .insertInto('comments')
      .values({ post_id: posts[0], author_id: userId, body: '-' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await insert(
      'likes',
      times(did.commentLikes, (at) => ({ user_id: crowd[at]!, comment_id: comment })),
    );
  }
  if (did.resumes !== 'none') {
    const failed = { status: 'failed', failure_code: 'RESUME_CORRUPT', failure_message: '-' } as const;
    const file = { file_name: '-', content_type: '-', size_bytes: 1, sha256: 'a'.repeat(64), storage_key: `resume-${userId}` };
    const state = { pending: {}, failed, deleted: { deleted_at: now } }[did.resumes];
    await insert('resumes', [{ user_id: userId, ...file, ...state }]);
  }
  const completion = (at: number) => (at < did.completed ? { progress: 100, completed_at: now } : { progress: 50 });
  await insert(
    'enrollments',
    times(did.enrollments, (at) => ({ user_id: userId, course_id: courses[at]!, ...completion(at) })),
  );
  await insert(
    'job_applications',
    times(did.applications, (at) => ({ user_id: userId, job_id: jobs[at]! })),
  );
  await insert(
    'endorsements',
    times(did.endorsements, (at) => ({ user_id: crowd[0]!, skill_id: skills[at]!, endorser_id: userId })),
  );
  await insert('mentors', [{ user_id: userId, bio: '-' }]);
  const session = { mentor_id: userId, mentee_id: crowd[0]!, topic: '-', proposed_at: now };
  await insert('mentor_sessions', [
    ...times(did.sessions, () => ({ ...session, status: 'completed' as const, completed_at: now })),
    ...times(did.requests, () => session),
  ]);
  await insert(
    'user_skills',
    times(did.skills, (at) => ({ user_id: userId, skill_id: skills[at]!, proficiency: 3, source: 'manual' as const })),
  );
  if (did.points !== 0) await platform.givePoints(userId, did.points);
  await insert(
    'user_achievements',
    did.held.map((key) => ({ user_id: userId, achievement_key: key })),
  );
  return userId;
}

/** What a user has in the end by the rules as they are told to people, reckoned from the deeds alone. */
function expected(did: Deeds): { unlocked: string[]; given: number } {
  const unlocked = new Set(did.held);
  let given = 0;
  const earn = (key: string, isEarned: boolean, points: number) => {
    if (!isEarned || unlocked.has(key)) return;
    unlocked.add(key);
    given += points;
  };
  if (did.isActive && did.daysAway <= activeUserDays) {
    earn('first_post', did.posts > 0, 10);
    earn('first_resume', did.resumes === 'pending', 15);
    earn('first_course', did.enrollments > 0, 20);
    earn('course_completion', Math.min(did.enrollments, did.completed) > 0, 50);
    earn('skill_endorser', did.endorsements >= 5, 25);
    earn('job_seeker', did.applications >= 10, 30);
    earn('mentor', did.sessions >= 5, 100);
    earn('community_leader', did.posts * did.likesOfEachPost + (did.posts > 0 ? did.commentLikes : 0) >= 100, 75);
    earn('skill_master', did.skills >= 10, 60);
    // Until nothing changes: what `legend` gives may be what a milestone lacks.
    for (let before = -1; before !== unlocked.size; ) {
      before = unlocked.size;
      earn('legend', did.points + given >= 1000, 250);
      for (const at of [100, 250, 500, 1000, 2500]) earn(`milestone_${at}`, did.points + given >= at, 0);
    }
  }
  return { unlocked: [...unlocked].sort(), given };
}

describe('a chunk', () => {
  it('unlocks for all at once what a slow reckoning of each user finds, and gives its points', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { minLength: 1, maxLength: 8 }), async (everybody) => {
        const ids: number[] = [];
        for (const did of everybody) ids.push(await createDoer(did));
        await platform.emptyOutbox();

        const result = await checkAchievementsChunk({ fromId: ids[0]!, toId: ids.at(-1)!, rules: 'all' });

        const reckoned = everybody.map(expected);
        for (const [index, userId] of ids.entries()) {
          expect(await platform.unlockedBy(userId)).toEqual(reckoned[index]!.unlocked);
          const ledger = await platform.ledgerOf(userId);
          const given = ledger.filter(({ source }) => source !== 'gift').reduce((sum, { points }) => sum + points, 0);
          expect(given).toBe(reckoned[index]!.given);
        }
        const fresh = reckoned.reduce((sum, { unlocked }, index) => sum + unlocked.length - everybody[index]!.held.length, 0);
        const points = reckoned.reduce((sum, { given }) => sum + given, 0);
        expect(result).toMatchObject({ unlocked: fresh, points });
        const mails = (await platform.outbox()).filter(({ name }) => name.endsWith('send_achievement_email'));
        expect(mails).toHaveLength(fresh);
      }),
      { numRuns: 25 },
    );
  });
});
