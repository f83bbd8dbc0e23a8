import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResumeAnalysis } from '#src/resumes/analyze/index.js';
import type { TaskContext } from '#src/taskkit/index.js';
import { recommendationKinds } from '#src/tasks/recommendations.js';
import { analyzeResumeAsync, extractResumeTextAsync } from '#src/tasks/resumes.js';
import { brokenFile, example, now, type OpenResumes, openResumes, runTask } from '../support/resumes.js';

let resumes: OpenResumes;
let db: OpenResumes['db'];
beforeAll(async () => {
  resumes = await openResumes();
  db = resumes.db;
});
afterAll(() => resumes.close());
beforeEach(() => resumes.emptyOutbox());

const extract = (resumeId: number) => runTask(resumes.handlers, extractResumeTextAsync, { resumeId });
const events = (userId: number) =>
  db.selectFrom('activity_events').select(['kind', 'subject_id']).where('user_id', '=', userId).execute();

describe('analysing a resume', () => {
  it('reads it, scores it, adds its skills to the profile and leaves what follows in the outbox', async () => {
    const { resumeId, userId } = await resumes.upload(await example('backend-engineer.pdf'));
    const steps: unknown[] = [];
    const result = await resumes.analyze(resumeId, { progress: async (value) => void steps.push(value) });

    const row = await resumes.resumeRow(resumeId);
    expect(row).toMatchObject({ status: 'completed', page_count: 1, language: 'en', failure_code: null, analyzed_at: now });
    expect(row.extracted_text).toContain('Amara Okonkwo');
    expect(row.score).toBe(result.score);

    const skills = await resumes.skillsOf(userId);
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
    expect(await resumes.enqueued()).toEqual([
      { name: 'check_user_achievements', args: { userId } },
      {
        name: 'send_notification_async',
        args: expect.objectContaining({
          userId,
          notificationType: 'resume_analyzed',
          message: expect.stringContaining(`${row.score} of 100`),
        }),
      },
      ...recommendationKinds.map((kind) => ({ name: `recommend_${kind}_async`, args: expect.objectContaining({ userId }) })),
    ]);
    const ids = await db.selectFrom('task_outbox').select('id').orderBy('position').execute();
    expect(ids[0]).toEqual({ id: `resume-${resumeId}-achievements` });
    expect(steps).toEqual([
      { step: 1, of: 5, label: 'Extracting the text' },
      { step: 2, of: 5, label: 'Analyzing' },
      { step: 3, of: 5, label: 'Syncing skills' },
      { step: 4, of: 5, label: 'Checking achievements' },
      { step: 5, of: 5, label: 'Notifying' },
    ]);
  });

  it.each(['data-scientist-two-columns.pdf', 'nurse.docx', 'product-designer.txt'])('reads %s', async (file) => {
    const { resumeId } = await resumes.upload(await example(file));
    await resumes.analyze(resumeId);
    const { experience, education, skills } = (await resumes.resumeRow(resumeId)).analysis as ResumeAnalysis;
    expect(experience.jobs.every(({ title, employer }) => title && employer)).toBe(true);
    expect(education.length).toBeGreaterThan(0);
    expect(skills.length).toBeGreaterThan(10);
  });

  it('a second time changes nothing and enqueues nothing', async () => {
    const { resumeId, userId } = await resumes.upload(await example('nurse.docx'));
    await resumes.analyze(resumeId);
    const before = {
      row: await resumes.resumeRow(resumeId),
      skills: await resumes.skillsOf(userId),
      outbox: await resumes.enqueued(),
    };
    expect(await resumes.analyze(resumeId)).toMatchObject({
      skipped: 'already analysed',
      skillsAdded: 0,
      score: before.row.score,
    });
    expect({
      row: await resumes.resumeRow(resumeId),
      skills: await resumes.skillsOf(userId),
      outbox: await resumes.enqueued(),
    }).toEqual(before);
  });

  it('warns of text that nobody sees, which counts for nothing, also when the text was read before', async () => {
    const page = `<html><body><p>Ada Example</p><h2>Skills</h2><p>TypeScript, PostgreSQL</p>
      <p style="display:none">${'Kubernetes Terraform Ansible '.repeat(10)}</p></body></html>`;
    for (const readBefore of [false, true]) {
      const { resumeId, userId } = await resumes.upload(Buffer.from(page));
      if (readBefore) await extract(resumeId);
      await resumes.analyze(resumeId);
      const { warnings, file } = (await resumes.resumeRow(resumeId)).analysis as ResumeAnalysis;
      expect(warnings.map(({ code }) => code)).toContain('HIDDEN_TEXT');
      expect(file.hidden).toEqual({ characters: (await resumes.resumeRow(resumeId)).hidden_characters });
      expect([...(await resumes.skillsOf(userId)).keys()].sort()).toEqual(['PostgreSQL', 'TypeScript']);
    }
  });

  it('by two workers at once is done once', async () => {
    const { resumeId, userId } = await resumes.upload(await example('nurse.docx'));
    const results = await Promise.all([resumes.analyze(resumeId), resumes.analyze(resumeId)]);
    expect(results.filter(({ skipped }) => skipped === 'already analysed')).toHaveLength(1);
    expect(await events(userId)).toHaveLength(1);
    expect(await resumes.enqueued()).toHaveLength(2 + recommendationKinds.length);
  });

  it('goes on where a crash left it', async () => {
    const { resumeId, key } = await resumes.upload(await example('nurse.docx'));
    await extract(resumeId);
    await db.updateTable('resumes').set({ status: 'processing' }).where('id', '=', resumeId).execute();
    await resumes.storage.remove(key);
    await resumes.analyze(resumeId);
    expect((await resumes.resumeRow(resumeId)).status).toBe('completed');
  });

  it('leaves nothing half done when it cannot be saved', async () => {
    const { resumeId, userId } = await resumes.upload(await example('nurse.docx'));
    await sql`ALTER TABLE task_outbox RENAME TO elsewhere`.execute(db);
    try {
      await expect(resumes.analyze(resumeId)).rejects.toThrow('task_outbox');
    } finally {
      await sql`ALTER TABLE elsewhere RENAME TO task_outbox`.execute(db);
    }
    expect(await resumes.skillsOf(userId)).toEqual(new Map());
    expect(await events(userId)).toEqual([]);
    expect(await resumes.enqueued()).toEqual([]);
    expect(await resumes.resumeRow(resumeId)).toMatchObject({ status: 'processing', analysis: null });
    expect(await resumes.analyze(resumeId)).not.toHaveProperty('skipped');
  });

  it('that takes long leads to recommendations made after it', async () => {
    let time = now.getTime();
    const handlers = resumes.handlersWith({ clock: () => new Date(time) });
    const { resumeId } = await resumes.upload(await example('nurse.docx'));
    const progress = async () => {
      time += 60_000;
    };
    await runTask(handlers, analyzeResumeAsync, { resumeId }, { progress });
    const messages = await db.selectFrom('task_outbox').select('message').execute();
    const etas = messages.flatMap(({ message: { name, eta } }) => (name.includes('recommend') ? [eta!] : []));
    expect(etas).toHaveLength(recommendationKinds.length);
    for (const eta of etas) expect(eta).toBeGreaterThan(time);
  });

  it('keeps the skills a user set by hand, and brings those of earlier resumes up to date', async () => {
    const userId = await resumes.addUser();
    const ids = await db.selectFrom('skills').select(['id', 'name']).where('name', 'in', ['Python', 'Redis']).execute();
    const idOf = (name: string) => ids.find((skill) => skill.name === name)!.id;
    await db
      .insertInto('user_skills')
      .values([
        { user_id: userId, skill_id: idOf('Python'), proficiency: 5, years: 20, source: 'manual' },
        { user_id: userId, skill_id: idOf('Redis'), proficiency: 1, years: null, source: 'resume' },
      ])
      .execute();
    const { resumeId } = await resumes.upload(await example('backend-engineer.pdf'), userId);
    const { skillsAdded } = await resumes.analyze(resumeId);
    const skills = await resumes.skillsOf(userId);
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
    const { resumeId } = await resumes.upload(await example('backend-engineer.pdf'));
    await resumes.analyze(resumeId);
    expect((await resumes.resumeRow(resumeId)).analysis).toMatchObject({
      gaps: [
        { skillId: idOf('Rust'), name: 'Rust', openJobs: 2 },
        { skillId: idOf('Scala'), name: 'Scala', openJobs: 1 },
      ],
    });
  });
});

describe('a resume that cannot be read', () => {
  it('ends as failed, and its owner is told why', async () => {
    const { resumeId, userId } = await resumes.upload(brokenFile);
    await expect(resumes.analyze(resumeId)).rejects.toMatchObject({ code: 'RESUME_CORRUPT', permanent: true });
    const row = await resumes.resumeRow(resumeId);
    expect(row).toMatchObject({ status: 'failed', failure_code: 'RESUME_CORRUPT', analysis: null });
    expect(await resumes.enqueued()).toEqual([
      {
        name: 'send_notification_async',
        args: expect.objectContaining({ userId, notificationType: 'resume_failed', message: `cv.pdf: ${row.failure_message}` }),
      },
    ]);
  });

  it('tells its owner once, however often it is tried', async () => {
    const { resumeId } = await resumes.upload(brokenFile);
    await expect(resumes.analyze(resumeId)).rejects.toThrow();
    await expect(resumes.analyze(resumeId)).rejects.toThrow();
    expect(await resumes.enqueued()).toHaveLength(1);
  });

  it('whose file is gone tells its owner nothing of our storage', async () => {
    const { resumeId, key } = await resumes.upload(await example('nurse.docx'));
    await resumes.storage.remove(key);
    await expect(resumes.analyze(resumeId)).rejects.toMatchObject({ code: 'STORAGE_FILE_MISSING' });
    expect((await resumes.resumeRow(resumeId)).failure_message).toBe('The file could not be processed. Upload it again.');
  });

  it('can be analysed once it can be read', async () => {
    const { resumeId, key } = await resumes.upload(brokenFile);
    await expect(resumes.analyze(resumeId)).rejects.toThrow();
    await resumes.storage.put(key, await example('nurse.docx'));
    await resumes.analyze(resumeId);
    expect(await resumes.resumeRow(resumeId)).toMatchObject({ status: 'completed', failure_code: null, failure_message: null });
  });
});

describe('a temporary fault', () => {
  /** Runs the analysis while the disk is away. */
  const analyzeBroken = (resumeId: number, context: Partial<TaskContext>) => {
    const storage = { ...resumes.storage, read: () => Promise.reject(new Error('the disk is away')) };
    return runTask(resumes.handlersWith({ storage }), analyzeResumeAsync, { resumeId }, context);
  };

  it('leaves the resume to the next retry', async () => {
    const { resumeId } = await resumes.upload(await example('nurse.docx'));
    await expect(analyzeBroken(resumeId, { retries: 2, maxRetries: 3 })).rejects.toThrow('the disk is away');
    expect((await resumes.resumeRow(resumeId)).status).toBe('processing');
    expect(await resumes.enqueued()).toEqual([]);
  });

  it('in the last retry fails the resume', async () => {
    const { resumeId } = await resumes.upload(await example('nurse.docx'));
    await expect(analyzeBroken(resumeId, { retries: 3, maxRetries: 3 })).rejects.toThrow('the disk is away');
    expect(await resumes.resumeRow(resumeId)).toMatchObject({ status: 'failed', failure_code: 'INTERNAL' });
    expect(await resumes.enqueued()).toHaveLength(1);
  });

  it('of a run that is aborted ends it with the reason', async () => {
    const { resumeId } = await resumes.upload(await example('nurse.docx'));
    const signal = AbortSignal.abort(new Error('the worker stops'));
    await expect(resumes.analyze(resumeId, { signal })).rejects.toThrow('the worker stops');
    expect((await resumes.resumeRow(resumeId)).status).toBe('processing');
  });
});

describe('a resume that is not there', () => {
  it('is an error when nobody knows it', async () => {
    await expect(resumes.analyze(987_654)).rejects.toMatchObject({ code: 'RESUME_NOT_FOUND', permanent: true });
    await expect(extract(987_654)).rejects.toMatchObject({ code: 'RESUME_NOT_FOUND' });
  });

  it('is skipped when its owner deleted it', async () => {
    const { resumeId } = await resumes.upload(await example('nurse.docx'));
    await db.updateTable('resumes').set({ deleted_at: now }).where('id', '=', resumeId).execute();
    expect(await resumes.analyze(resumeId)).toMatchObject({ skipped: 'deleted' });
    expect(await extract(resumeId)).toMatchObject({ skipped: 'deleted', characters: 0 });
    expect(await resumes.resumeRow(resumeId)).toMatchObject({ status: 'pending', extracted_text: null });
  });
});

describe('extracting the text', () => {
  it('saves it with its pages and language, once', async () => {
    const { resumeId } = await resumes.upload(await example('backend-engineer.pdf'));
    const first = await extract(resumeId);
    expect(first).toEqual({ resumeId, characters: expect.any(Number), pages: 1, language: 'en' });
    expect(await resumes.resumeRow(resumeId)).toMatchObject({ status: 'pending', extracted_at: now, truncated: false });
    expect(await extract(resumeId)).toEqual({ ...(first as object), skipped: 'already extracted' });
  });
});

it('finds skills that were added to the table since', async () => {
  let time = now.getTime();
  const handlers = resumes.handlersWith({ clock: () => new Date(time) });
  const skillsFound = async () => {
    const { resumeId } = await resumes.upload(Buffer.from('Skills\nUnderwater basket weaving, PostgreSQL'));
    await runTask(handlers, analyzeResumeAsync, { resumeId });
    return ((await resumes.resumeRow(resumeId)).analysis as ResumeAnalysis).skills.map(({ name }) => name);
  };
  expect(await skillsFound()).toEqual(['PostgreSQL']);
  await db.insertInto('skills').values({ name: 'Underwater basket weaving', slug: 'weaving', category: 'Crafts' }).execute();
  time += 31_000;
  expect(await skillsFound()).toEqual(['PostgreSQL', 'Underwater basket weaving']);
});
