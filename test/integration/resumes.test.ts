import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveReferenceData } from '#src/db/reference-data.js';
import type { ResumeAnalysis } from '#src/resumes/analyze/index.js';
import { createExtractor, resumeHandlers } from '#src/resumes/index.js';
import { taxonomy } from '#src/skills/index.js';
import { createLocalStorage, type FileStorage } from '#src/storage.js';
import type { Handler, TaskContext } from '#src/taskkit/index.js';
import { isFinal } from '#src/taskkit/retry.js';
import { taskErrorOf } from '#src/taskkit/storable.js';
import { analyzeResumeAsync, extractResumeTextAsync } from '#src/tasks/resumes.js';
import { type OpenKit, openKit, taskContext } from '../support/kit.js';

const now = new Date('2026-06-15T12:00:00Z');
const extractor = createExtractor({ children: 2 });
let kit: OpenKit;
let db: OpenKit['database']['db'];
let folder: string;
let storage: FileStorage;
let handlers: Handler[];

beforeAll(async () => {
  kit = await openKit('postgres');
  db = kit.database.db;
  await saveReferenceData(db, { skills: taxonomy, achievements: [] });
  folder = await mkdtemp(path.join(tmpdir(), 'journeyman-resumes-'));
  storage = createLocalStorage(folder);
  handlers = resumeHandlers({ db, storage, extractor, clock: () => now });
});
afterAll(async () => {
  await extractor.close();
  await kit.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await db.deleteFrom('task_outbox').execute();
});

const example = (name: string) => readFile(fileURLToPath(new URL(`../../examples/resumes/${name}`, import.meta.url)));

async function addUser(): Promise<number> {
  const name = randomUUID();
  const { id } = await db
    .insertInto('users')
    .values({ email: `${name}@example.com`, username: name, name: 'Jo', password_hash: 'none' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function upload(file: Buffer, userId?: number): Promise<{ resumeId: number; userId: number; key: string }> {
  const owner = userId ?? (await addUser());
  const key = `resumes/${owner}/${randomUUID()}`;
  const { bytes, sha256 } = await storage.put(key, file);
  const { id } = await db
    .insertInto('resumes')
    .values({ user_id: owner, file_name: 'cv.pdf', content_type: 'any', size_bytes: bytes, storage_key: key, sha256 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { resumeId: id, userId: owner, key };
}

/** Runs a task as a worker does: a failure for good is told to the handler. */
async function run(
  task: typeof analyzeResumeAsync | typeof extractResumeTextAsync,
  resumeId: number,
  given: Partial<TaskContext> = {},
) {
  const handler = handlers.find((candidate) => (candidate.task as unknown) === task)!;
  const context = taskContext({ name: task.taskName, ...given });
  try {
    return await handler.run({ resumeId }, context);
  } catch (error) {
    if (isFinal(error, context)) await handler.onFailure?.({ resumeId }, taskErrorOf(error), context);
    throw error;
  }
}
const analyze = (resumeId: number, context?: Partial<TaskContext>) => run(analyzeResumeAsync, resumeId, context);

const resumeRow = (resumeId: number) => db.selectFrom('resumes').selectAll().where('id', '=', resumeId).executeTakeFirstOrThrow();
const skillsOf = async (userId: number) => {
  const rows = await db
    .selectFrom('user_skills')
    .innerJoin('skills', 'skills.id', 'user_skills.skill_id')
    .select(['name', 'source', 'proficiency', 'years'])
    .where('user_id', '=', userId)
    .execute();
  return new Map(rows.map(({ name, ...rest }) => [name, { ...rest, years: rest.years === null ? null : Number(rest.years) }]));
};
const enqueued = async () => {
  const rows = await db.selectFrom('task_outbox').select('message').orderBy('position').execute();
  return rows.map(({ message: { id, name, args } }) => ({ id, name: name.split('.').at(-1), args }));
};
const events = (userId: number) =>
  db.selectFrom('activity_events').select(['kind', 'subject_id']).where('user_id', '=', userId).execute();

describe('analysing a resume', () => {
  it('reads it, scores it, adds its skills to the profile and leaves what follows in the outbox', async () => {
    const { resumeId, userId } = await upload(await example('backend-engineer.pdf'));
    const steps: unknown[] = [];
    const result = (await analyze(resumeId, { progress: async (value) => void steps.push(value) })) as Record<string, number>;

    const row = await resumeRow(resumeId);
    expect(row).toMatchObject({ status: 'completed', page_count: 1, language: 'en', failure_code: null, analyzed_at: now });
    expect(row.extracted_text).toContain('Amara Okonkwo');
    expect(row.score).toBe(result.score);

    const skills = await skillsOf(userId);
    expect(skills.get('TypeScript')).toEqual({ source: 'resume', proficiency: 4, years: 5.3 });
    expect(skills.get('GraphQL')).toEqual({ source: 'resume', proficiency: 2, years: null });
    expect(result).toEqual({
      resumeId,
      userId,
      skills: (row.analysis as ResumeAnalysis).skills.length,
      skillsAdded: skills.size,
      score: row.score,
    });

    expect(await events(userId)).toEqual([{ kind: 'resume_analyzed', subject_id: resumeId }]);
    expect(await enqueued()).toEqual([
      { id: `resume-${resumeId}-achievements`, name: 'check_user_achievements', args: { userId } },
      {
        id: `resume-${resumeId}-notification`,
        name: 'send_notification_async',
        args: expect.objectContaining({
          userId,
          notificationType: 'resume_analyzed',
          message: expect.stringContaining(`${row.score} of 100`),
        }),
      },
    ]);
    expect(steps).toEqual([1, 2, 3, 5].map((step) => expect.objectContaining({ step, of: 5 })));
  });

  it.each(['data-scientist-two-columns.pdf', 'nurse.docx', 'product-designer.txt'])('reads %s', async (file) => {
    const { resumeId } = await upload(await example(file));
    await analyze(resumeId);
    const { experience, education, skills } = (await resumeRow(resumeId)).analysis as ResumeAnalysis;
    expect(experience.jobs.every(({ title, employer }) => title && employer)).toBe(true);
    expect(education.length).toBeGreaterThan(0);
    expect(skills.length).toBeGreaterThan(10);
  });

  it('a second time changes nothing and enqueues nothing', async () => {
    const { resumeId, userId } = await upload(await example('nurse.docx'));
    await analyze(resumeId);
    const before = { row: await resumeRow(resumeId), skills: await skillsOf(userId), outbox: await enqueued() };
    expect(await analyze(resumeId)).toMatchObject({ skipped: 'already analysed', skillsAdded: 0, score: before.row.score });
    expect({ row: await resumeRow(resumeId), skills: await skillsOf(userId), outbox: await enqueued() }).toEqual(before);
  });

  it('by two workers at once is done once', async () => {
    const { resumeId, userId } = await upload(await example('nurse.docx'));
    const results = (await Promise.all([analyze(resumeId), analyze(resumeId)])) as { skipped?: string }[];
    expect(results.filter(({ skipped }) => skipped === 'already analysed')).toHaveLength(1);
    expect(await events(userId)).toHaveLength(1);
    expect(await enqueued()).toHaveLength(2);
  });

  it('goes on where a crash left it', async () => {
    const { resumeId, key } = await upload(await example('nurse.docx'));
    await run(extractResumeTextAsync, resumeId);
    await db.updateTable('resumes').set({ status: 'processing' }).where('id', '=', resumeId).execute();
    await storage.remove(key);
    await analyze(resumeId);
    expect((await resumeRow(resumeId)).status).toBe('completed');
  });

  it('leaves nothing half done when it cannot be saved', async () => {
    const { resumeId, userId } = await upload(await example('nurse.docx'));
    await sql`ALTER TABLE task_outbox RENAME TO elsewhere`.execute(db);
    await expect(analyze(resumeId)).rejects.toThrow('task_outbox');
    await sql`ALTER TABLE elsewhere RENAME TO task_outbox`.execute(db);
    expect(await skillsOf(userId)).toEqual(new Map());
    expect(await events(userId)).toEqual([]);
    expect(await enqueued()).toEqual([]);
    expect(await resumeRow(resumeId)).toMatchObject({ status: 'processing', analysis: null });
    expect(await analyze(resumeId)).not.toHaveProperty('skipped');
  });

  it('keeps the skills a user set by hand, and brings those of earlier resumes up to date', async () => {
    const userId = await addUser();
    const ids = await db.selectFrom('skills').select(['id', 'name']).where('name', 'in', ['Python', 'Redis']).execute();
    const idOf = (name: string) => ids.find((skill) => skill.name === name)!.id;
    await db
      .insertInto('user_skills')
      .values([
        { user_id: userId, skill_id: idOf('Python'), proficiency: 5, years: 20, source: 'manual' },
        { user_id: userId, skill_id: idOf('Redis'), proficiency: 1, years: null, source: 'resume' },
      ])
      .execute();
    const { resumeId } = await upload(await example('backend-engineer.pdf'), userId);
    const { skillsAdded } = (await analyze(resumeId)) as { skillsAdded: number };
    const skills = await skillsOf(userId);
    expect(skills.get('Python')).toEqual({ source: 'manual', proficiency: 5, years: 20 });
    expect(skills.get('Redis')).toEqual({ source: 'resume', proficiency: 2, years: 2.8 });
    expect(skillsAdded).toBe(skills.size - 2);
  });

  it('names the skills that fitting open jobs ask for and the resume lacks', async () => {
    const skills = await db
      .selectFrom('skills')
      .select(['id', 'name'])
      .where('name', 'in', ['Go', 'Rust', 'Scala', 'Welding'])
      .execute();
    const idOf = (name: string) => skills.find((skill) => skill.name === name)!.id;
    const openJob = async (names: string[], status: 'open' | 'closed' = 'open') => {
      const { id } = await db
        .insertInto('jobs')
        .values({
          title: 'Job',
          company: 'Acme',
          description: '',
          location: 'Leeds',
          level: 'mid',
          type: 'full_time',
          status,
          posted_at: now,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .insertInto('job_skills')
        .values(names.map((name) => ({ job_id: id, skill_id: idOf(name) })))
        .execute();
    };
    await openJob(['Go', 'Rust', 'Scala']);
    await openJob(['Go', 'Rust']);
    await openJob(['Go', 'Welding'], 'closed');
    await openJob(['Welding']);
    const { resumeId } = await upload(await example('backend-engineer.pdf'));
    await analyze(resumeId);
    expect((await resumeRow(resumeId)).analysis).toMatchObject({
      gaps: [
        { skillId: idOf('Rust'), name: 'Rust', openJobs: 2 },
        { skillId: idOf('Scala'), name: 'Scala', openJobs: 1 },
      ],
    });
  });
});

describe('a resume that cannot be read', () => {
  it('ends as failed, and its owner is told why', async () => {
    const { resumeId, userId } = await upload(Buffer.from('%PDF-1.7\nnonsense'));
    await expect(analyze(resumeId)).rejects.toMatchObject({ code: 'RESUME_CORRUPT', permanent: true });
    const row = await resumeRow(resumeId);
    expect(row).toMatchObject({ status: 'failed', failure_code: 'RESUME_CORRUPT', analysis: null });
    expect(await enqueued()).toEqual([
      {
        id: `resume-${resumeId}-failure-notification`,
        name: 'send_notification_async',
        args: expect.objectContaining({ userId, notificationType: 'resume_failed', message: `cv.pdf: ${row.failure_message}` }),
      },
    ]);
  });

  it('tells its owner once, however often it is tried', async () => {
    const { resumeId } = await upload(Buffer.from('%PDF-1.7\nnonsense'));
    await expect(analyze(resumeId)).rejects.toThrow();
    await expect(analyze(resumeId)).rejects.toThrow();
    expect(await enqueued()).toHaveLength(1);
  });

  it('whose file is gone tells its owner nothing of our storage', async () => {
    const { resumeId, key } = await upload(await example('nurse.docx'));
    await storage.remove(key);
    await expect(analyze(resumeId)).rejects.toMatchObject({ code: 'STORAGE_FILE_MISSING' });
    expect((await resumeRow(resumeId)).failure_message).toBe('The file could not be processed. Upload it again.');
  });

  it('can be analysed once it can be read', async () => {
    const { resumeId, key } = await upload(Buffer.from('%PDF-1.7\nnonsense'));
    await expect(analyze(resumeId)).rejects.toThrow();
    await storage.put(key, await example('nurse.docx'));
    await analyze(resumeId);
    expect(await resumeRow(resumeId)).toMatchObject({ status: 'completed', failure_code: null, failure_message: null });
  });
});

describe('a temporary fault', () => {
  const broken = (): Handler[] => {
    const storageDown = { ...storage, read: () => Promise.reject(new Error('the disk is away')) };
    return resumeHandlers({ db, storage: storageDown, extractor, clock: () => now });
  };
  const analyzeBroken = (resumeId: number, context: Partial<TaskContext>) => {
    const whole = handlers;
    handlers = broken();
    const running = analyze(resumeId, context);
    handlers = whole;
    return running;
  };

  it('leaves the resume to the next retry', async () => {
    const { resumeId } = await upload(await example('nurse.docx'));
    await expect(analyzeBroken(resumeId, { retries: 2, maxRetries: 3 })).rejects.toThrow('the disk is away');
    expect((await resumeRow(resumeId)).status).toBe('processing');
    expect(await enqueued()).toEqual([]);
  });

  it('in the last retry fails the resume', async () => {
    const { resumeId } = await upload(await example('nurse.docx'));
    await expect(analyzeBroken(resumeId, { retries: 3, maxRetries: 3 })).rejects.toThrow('the disk is away');
    expect(await resumeRow(resumeId)).toMatchObject({ status: 'failed', failure_code: 'INTERNAL' });
    expect(await enqueued()).toHaveLength(1);
  });

  it('of a run that is aborted ends it with the reason', async () => {
    const { resumeId } = await upload(await example('nurse.docx'));
    const signal = AbortSignal.abort(new Error('the worker stops'));
    await expect(analyze(resumeId, { signal })).rejects.toThrow('the worker stops');
    expect((await resumeRow(resumeId)).status).toBe('processing');
  });
});

describe('a resume that is not there', () => {
  it('is an error when nobody knows it', async () => {
    await expect(analyze(987_654)).rejects.toMatchObject({ code: 'RESUME_NOT_FOUND', permanent: true });
    await expect(run(extractResumeTextAsync, 987_654)).rejects.toMatchObject({ code: 'RESUME_NOT_FOUND' });
  });

  it('is skipped when its owner deleted it', async () => {
    const { resumeId } = await upload(await example('nurse.docx'));
    await db.updateTable('resumes').set({ deleted_at: now }).where('id', '=', resumeId).execute();
    expect(await analyze(resumeId)).toMatchObject({ skipped: 'deleted' });
    expect(await run(extractResumeTextAsync, resumeId)).toMatchObject({ skipped: 'deleted', characters: 0 });
    expect(await resumeRow(resumeId)).toMatchObject({ status: 'pending', extracted_text: null });
  });
});

describe('extracting the text', () => {
  it('saves it with its pages and language, once', async () => {
    const { resumeId } = await upload(await example('backend-engineer.pdf'));
    const first = await run(extractResumeTextAsync, resumeId);
    expect(first).toEqual({ resumeId, characters: expect.any(Number), pages: 1, language: 'en' });
    expect(await resumeRow(resumeId)).toMatchObject({ status: 'pending', extracted_at: now, truncated: false });
    expect(await run(extractResumeTextAsync, resumeId)).toEqual({ ...(first as object), skipped: 'already extracted' });
  });
});

it('finds skills that were added to the table since', async () => {
  let time = now.getTime();
  handlers = resumeHandlers({ db, storage, extractor, clock: () => new Date(time) });
  const skillsFound = async () => {
    const { resumeId } = await upload(Buffer.from('Skills\nUnderwater basket weaving, Python, and nothing else'));
    await analyze(resumeId);
    return ((await resumeRow(resumeId)).analysis as ResumeAnalysis).skills.map(({ name }) => name);
  };
  expect(await skillsFound()).toEqual(['Python']);
  await db.insertInto('skills').values({ name: 'Underwater basket weaving', slug: 'weaving', category: 'Crafts' }).execute();
  time += 31_000;
  expect(await skillsFound()).toEqual(['Python', 'Underwater basket weaving']);
});
