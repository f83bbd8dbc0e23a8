import type { Kysely } from 'kysely';
import { createOutbox } from '#src/db/outbox.js';
import type { Level } from '#src/db/schema/columns.js';
import type { Database } from '#src/db/schema.js';
import { createEngine, recommendationHandlers } from '#src/recommendations/index.js';
import { connect, createBroker, createSealer } from '#src/taskkit/index.js';
import { type RecommendationKind, recommendChunk } from '#src/tasks/recommendations.js';
import { createTestDatabase } from './database.js';
import { memoryLog, taskContext } from './kit.js';
import { countStatements } from './statements.js';

export const activeUserDays = 30;

/** An item as it is stored. */
export interface StoredItem {
  id: number;
  title: string;
  subtitle: string;
  score: number;
  reason: string;
  matched: string[];
  missing: string[];
}

/** The recommendation tasks on a database of their own, run here and now; what they enqueue stays in the outbox. */
export async function openRecommendations({ jobMatchThreshold = 2 } = {}) {
  const database = await createTestDatabase();
  const counted = countStatements(database.db);
  const { db } = counted;
  let time = new Date('2026-03-04T05:06:07Z').getTime();
  const clock = () => new Date(time);
  const log = memoryLog();
  const broker = createBroker(database.url, { resultExpires: 60 });
  const engine = createEngine({ db, clock, log });
  const handlers = recommendationHandlers({ db, engine, clock, activeUserDays, jobMatchThreshold });
  const outbox = createOutbox(db, database.url);
  const sealer = createSealer('a secret key of the tests');
  connect({ broker, outbox, routes: {}, defaultQueue: 'celery', log, sealer, handlers });

  return {
    db,
    engine,
    log,
    clock,
    statements: counted.count,
    ...career(db, clock),
    later: (seconds: number) => {
      time += seconds * 1000;
    },
    /** So much later that what is loaded now is not used any more. */
    muchLater: () => {
      time += 11 * 60_000;
    },

    /** Runs a batch task with its chunks, and gives its result and the chunks. */
    async runBatch(task: unknown) {
      const { run } = handlers.find((handler) => handler.task === task)!;
      const chunks: Parameters<typeof recommendChunk>[0][] = [];
      const context = taskContext({
        group: async (build) => {
          chunks.push(...(await build()).map(({ spec }) => (spec as unknown as { args: (typeof chunks)[0] }).args));
          return Promise.all(chunks.map(async (chunk) => ({ result: await recommendChunk(chunk) })));
        },
      });
      return { result: await run({}, context), chunks };
    },

    async close() {
      connect(undefined);
      await engine.close();
      await broker.close();
      await database.drop();
    },
  };
}

export type OpenRecommendations = Awaited<ReturnType<typeof openRecommendations>>;

/** Skills with how much they count: the weight in a job, the proficiency of a user. */
type Skills = Record<string, number>;

/** Users, and what can be recommended to them. Skills are made when they are first named. */
export function career(db: Kysely<Database>, clock: () => Date) {
  let made = 0;
  const known = new Map<string, Promise<number>>();

  function skillId(name: string): Promise<number> {
    const insert = async () => {
      const row = { name: `Test ${name}`, slug: `test-${name}`, category: 'Testing' };
      return (await db.insertInto('skills').values(row).returning('id').executeTakeFirstOrThrow()).id;
    };
    const id = known.get(name) ?? insert();
    known.set(name, id);
    return id;
  }
  const withIds = (skills: Skills) =>
    Promise.all(Object.entries(skills).map(async ([name, value]) => ({ skill_id: await skillId(name), value })));

  async function createUser(
    skills: Skills = {},
    about: { name?: string; level?: Level; location?: string; is_active?: boolean; last_seen_at?: Date | null } = {},
  ): Promise<number> {
    const username = `person${++made}`;
    const row = { email: `${username}@example.com`, username, name: username, password_hash: 'none', last_seen_at: clock() };
    const { id } = await db
      .insertInto('users')
      .values({ ...row, ...about })
      .returning('id')
      .executeTakeFirstOrThrow();
    await addSkills(id, skills);
    return id;
  }

  async function addSkills(userId: number, skills: Skills): Promise<void> {
    const held = (await withIds(skills)).map(({ skill_id, value }) => ({
      user_id: userId,
      skill_id,
      proficiency: value,
      source: 'manual' as const,
    }));
    if (held.length > 0) await db.insertInto('user_skills').values(held).execute();
  }

  return {
    skillId,
    createUser,
    addSkills,

    async createJob(
      title: string,
      skills: Skills,
      about: { status?: 'open' | 'closed'; expires_at?: Date | null; company?: string; level?: Level } = {},
    ): Promise<number> {
      const row = {
        company: `Company of ${title}`,
        description: 'Work.',
        location: 'Leeds',
        level: 'mid',
        type: 'full_time',
      } as const;
      const posted_at = new Date(clock().getTime() - 86_400_000);
      const { id } = await db
        .insertInto('jobs')
        .values({ ...row, title, posted_at, ...about })
        .returning('id')
        .executeTakeFirstOrThrow();
      const asked = (await withIds(skills)).map(({ skill_id, value }) => ({ job_id: id, skill_id, weight: value }));
      if (asked.length > 0) await db.insertInto('job_skills').values(asked).execute();
      return id;
    },

    async createCourse(title: string, skills: string[]): Promise<number> {
      const row = { title, provider: 'Open School', description: 'Learn.', level: 'mid', duration_hours: 5 } as const;
      const { id } = await db.insertInto('courses').values(row).returning('id').executeTakeFirstOrThrow();
      for (const name of skills)
        await db
          .insertInto('course_skills')
          .values({ course_id: id, skill_id: await skillId(name) })
          .execute();
      return id;
    },

    async createMentor(name: string, skills: string[], about: { accepts_mentees?: boolean; capacity?: number } = {}) {
      const id = await createUser({}, { name });
      await db
        .insertInto('mentors')
        .values({ user_id: id, bio: 'Helps.', rating: 5, ...about })
        .execute();
      for (const skill of skills)
        await db
          .insertInto('mentor_skills')
          .values({ mentor_id: id, skill_id: await skillId(skill) })
          .execute();
      return id;
    },

    apply: (userId: number, jobId: number) =>
      db.insertInto('job_applications').values({ user_id: userId, job_id: jobId }).execute(),
    enroll: (userId: number, courseId: number) =>
      db.insertInto('enrollments').values({ user_id: userId, course_id: courseId }).execute(),
    connectPeople: (requesterId: number, addresseeId: number) =>
      db.insertInto('connections').values({ requester_id: requesterId, addressee_id: addresseeId }).execute(),
    dismissed: (userId: number, kind: RecommendationKind, itemId: number) =>
      db.insertInto('recommendation_dismissals').values({ user_id: userId, kind, item_id: itemId }).execute(),

    /** The stored list of a user; undefined when there is none. */
    async listOf(userId: number, kind: RecommendationKind) {
      const row = await db
        .selectFrom('recommendations')
        .select(['items', 'computed_at as computedAt', 'expires_at as expiresAt', 'renewed_at as renewedAt'])
        .where('user_id', '=', userId)
        .where('kind', '=', kind)
        .executeTakeFirst();
      return row && { ...row, items: row.items as unknown as StoredItem[] };
    },
    /** Everything that is stored of the lists, without the times. */
    async allLists() {
      const rows = await db
        .selectFrom('recommendations')
        .select(['user_id', 'kind', 'items'])
        .orderBy('user_id')
        .orderBy('kind')
        .execute();
      return rows.map(({ user_id, kind, items }) => [user_id, kind, items]);
    },
    outbox: async () =>
      (await db.selectFrom('task_outbox').select('message').orderBy('position').execute()).map(({ message }) => message),

    /** A truncation and what is being loaded meanwhile would wait for each other. */
    async empty(): Promise<void> {
      known.clear();
      for (const table of ['users', 'jobs', 'courses', 'skills', 'task_outbox', 'mail_log'] as const)
        await db.deleteFrom(table).execute();
    },
  };
}
