import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reopenResume } from '#src/resumes/library.js';
import { removeSkill, setSkill } from '#src/skills/profile.js';
import type { Json } from '#src/taskkit/index.js';
import { analyzeResumeAsync } from '#src/tasks/resumes.js';
import { holding } from '../support/holding.js';
import { brokenFile, type OpenResumes, openResumes, runTask } from '../support/resumes.js';

let resumes: OpenResumes;
let db: OpenResumes['db'];
beforeAll(async () => {
  resumes = await openResumes();
  db = resumes.db;
});
afterAll(() => resumes.close());
beforeEach(() => resumes.emptyOutbox());

const listing = (...skills: string[]) => Buffer.from(`Ada Example\nSkills\n${skills.join(', ')}\n`);

/** Runs an analysis and does something when it has come to a step. */
const analyzeAnd = (resumeId: number, at: number, work: () => Promise<unknown>) =>
  resumes.analyze(resumeId, {
    progress: async (value: Json) => {
      if ((value as { step: number }).step === at) await work();
    },
  });

const remove = (resumeId: number) =>
  db.updateTable('resumes').set({ deleted_at: sql`now()` }).where('id', '=', resumeId).execute();
const told = async (userId: number) =>
  (await resumes.enqueued()).flatMap(({ args }) =>
    args.userId === userId && args.notificationType ? [args.notificationType] : [],
  );

describe('two resumes of one user', () => {
  it('analysed at once both count: the profile holds the skills of either', async () => {
    const userId = await resumes.addUser();
    const uploads = [
      await resumes.upload(listing('TypeScript', 'PostgreSQL', 'Kubernetes'), userId),
      await resumes.upload(listing('Kubernetes', 'PostgreSQL', 'Python'), userId),
    ];
    await Promise.all(uploads.map(({ resumeId }) => resumes.analyze(resumeId)));
    expect([...(await resumes.skillsOf(userId)).keys()].sort()).toEqual(['Kubernetes', 'PostgreSQL', 'Python', 'TypeScript']);
    expect(await told(userId)).toEqual(['resume_analyzed', 'resume_analyzed']);
  });

  it('one of which is uploaded while the other is analysed do not disturb each other', async () => {
    const first = await resumes.upload(listing('TypeScript', 'PostgreSQL'));
    await analyzeAnd(first.resumeId, 2, async () => {
      const second = await resumes.upload(listing('Python', 'Kubernetes'), first.userId);
      await resumes.analyze(second.resumeId);
    });
    expect((await resumes.skillsOf(first.userId)).size).toBe(4);
  });
});

describe('a resume that is deleted while it is analysed', () => {
  it.each([1, 2])('in step %d leaves no skill, no message and no analysis', async (step) => {
    const { resumeId, userId } = await resumes.upload(listing('TypeScript', 'PostgreSQL'));
    expect(await analyzeAnd(resumeId, step, () => remove(resumeId))).toMatchObject({ skipped: 'deleted' });
    expect(await resumes.skillsOf(userId)).toEqual(new Map());
    expect(await resumes.enqueued()).toEqual([]);
    expect(await resumes.resumeRow(resumeId)).toMatchObject({ analysis: null, score: null });
  });

  it('and cannot be read is not told of', async () => {
    const { resumeId, userId } = await resumes.upload(brokenFile);
    await expect(analyzeAnd(resumeId, 1, () => remove(resumeId))).rejects.toMatchObject({ code: 'RESUME_CORRUPT' });
    expect(await told(userId)).toEqual([]);
  });

  it('and removed for good is an error that nobody is told of', async () => {
    const { resumeId, userId, key } = await resumes.upload(listing('TypeScript', 'PostgreSQL'));
    const vanish = async () => {
      await resumes.storage.remove(key);
      await db.deleteFrom('resumes').where('id', '=', resumeId).execute();
    };
    await expect(analyzeAnd(resumeId, 1, vanish)).rejects.toMatchObject({ code: 'STORAGE_FILE_MISSING' });
    const other = await resumes.upload(listing('TypeScript', 'PostgreSQL'), userId);
    const forget = () => db.deleteFrom('resumes').where('id', '=', other.resumeId).execute();
    await expect(analyzeAnd(other.resumeId, 2, forget)).rejects.toMatchObject({ code: 'RESUME_NOT_FOUND' });
    expect(await told(userId)).toEqual([]);
    expect(await resumes.skillsOf(userId)).toEqual(new Map());
  });
});

describe('an analysis that is killed', () => {
  it.each([1, 2, 3, 4, 5])('in step %d is done once by the next run', async (step) => {
    const { resumeId, userId } = await resumes.upload(listing('TypeScript', 'PostgreSQL'));
    const kill = () => Promise.reject(new Error('the worker is gone'));
    await expect(analyzeAnd(resumeId, step, kill)).rejects.toThrow('the worker is gone');
    expect(await resumes.skillsOf(userId)).toEqual(new Map());
    expect(await resumes.enqueued()).toEqual([]);
    expect(await resumes.analyze(resumeId)).toMatchObject({ skills: 2, skillsAdded: 2 });
    expect(await told(userId)).toEqual(['resume_analyzed']);
  });
});

describe('a skill that the user removed by hand', () => {
  it('does not come back with the next analysis, until the user sets it again', async () => {
    const { resumeId, userId } = await resumes.upload(listing('TypeScript', 'PostgreSQL'));
    await resumes.analyze(resumeId);
    const skillId = await resumes.skillId('TypeScript');
    await removeSkill(db, { userId, skillId, now: new Date() });

    const next = await resumes.upload(listing('TypeScript', 'PostgreSQL', 'Python'), userId);
    expect(await resumes.analyze(next.resumeId)).toMatchObject({ skills: 3, skillsAdded: 1 });
    expect([...(await resumes.skillsOf(userId)).keys()].sort()).toEqual(['PostgreSQL', 'Python']);

    await setSkill(db, { userId, skillId, now: new Date() }, { proficiency: 5, years: 9 });
    await resumes.analyze((await resumes.upload(listing('TypeScript', 'Python'), userId)).resumeId);
    expect((await resumes.skillsOf(userId)).get('TypeScript')).toEqual({ source: 'manual', proficiency: 5, years: 9 });

    await removeSkill(db, { userId, skillId, now: new Date() });
    await resumes.analyze((await resumes.upload(listing('TypeScript', 'Python'), userId)).resumeId);
    expect((await resumes.skillsOf(userId)).has('TypeScript')).toBe(false);
  });

  it('while an analysis is saved stays away, whichever is first', async () => {
    const first = await resumes.upload(listing('TypeScript', 'PostgreSQL'));
    const { userId } = first;
    await resumes.analyze(first.resumeId);
    const skillId = await resumes.skillId('TypeScript');
    const { resumeId } = await resumes.upload(listing('TypeScript', 'PostgreSQL'), userId);

    let removed: Promise<void> | undefined;
    await analyzeAnd(resumeId, 3, async () => {
      removed = removeSkill(db, { userId, skillId, now: new Date() });
      await expect.poll(waiting).toBe(1);
    });
    await removed;
    expect((await resumes.skillsOf(userId)).has('TypeScript')).toBe(false);

    await setSkill(db, { userId, skillId, now: new Date() }, { proficiency: 2, years: null });
    const release = await holding(db, sql`SELECT FROM users WHERE id = ${userId} FOR NO KEY UPDATE`);
    const both = [removeSkill(db, { userId, skillId, now: new Date() })];
    await expect.poll(waiting).toBe(1);
    const last = await resumes.upload(listing('TypeScript', 'PostgreSQL'), userId);
    const analysis = resumes.analyze(last.resumeId);
    await expect.poll(waiting).toBe(2);
    await release();
    await Promise.all([...both, analysis]);
    expect((await resumes.skillsOf(userId)).has('TypeScript')).toBe(false);
  });
});

describe('an analysis that is asked for again', () => {
  const reopen = (userId: number, resumeId: number) => db.transaction().execute((trx) => reopenResume(trx, userId, resumeId));

  it('reads the file anew and tells the owner when it comes out otherwise', async () => {
    const { resumeId, userId, key } = await resumes.upload(listing('TypeScript', 'PostgreSQL'));
    const first = await resumes.analyze(resumeId);
    await resumes.storage.put(key, listing('TypeScript', 'PostgreSQL', 'Python', 'Kubernetes'));
    await reopen(userId, resumeId);
    expect(await resumes.analyze(resumeId)).toMatchObject({ skills: 4, skillsAdded: 2 });
    expect((await resumes.resumeRow(resumeId)).score).not.toBe(first.score);
    expect(await told(userId)).toEqual(['resume_analyzed', 'resume_analyzed']);
  });

  it('and fails keeps the analysis before it, and tells the owner each time', async () => {
    const { resumeId, userId, key } = await resumes.upload(listing('TypeScript', 'PostgreSQL'));
    await resumes.analyze(resumeId);
    await resumes.storage.remove(key);
    for (let time = 0; time < 2; time += 1) {
      await reopen(userId, resumeId);
      await expect(resumes.analyze(resumeId)).rejects.toMatchObject({ code: 'STORAGE_FILE_MISSING' });
      // By another task for the same resume; that is told once.
      await expect(runTask(resumes.handlers, analyzeResumeAsync, { resumeId })).rejects.toThrow();
    }
    expect(await resumes.resumeRow(resumeId)).toMatchObject({ status: 'failed', analysis: expect.any(Object) });
    expect(await told(userId)).toEqual(['resume_analyzed', 'resume_failed', 'resume_failed']);
  });
});

/** How many statements wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
  `.execute(db);
  return rows[0]!.count;
}
