import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json, TaskContext } from '#src/taskkit/index.js';
import { analyzeResumeAsync, analyzeResumesChunk, batchAnalyzeResumes } from '#src/tasks/resumes.js';
import { brokerKinds } from '../support/kit.js';
import { brokenFile, type OpenResumes, openResumes, runTask } from '../support/resumes.js';

let resumes: OpenResumes;
let db: OpenResumes['db'];
beforeAll(async () => {
  resumes = await openResumes();
  db = resumes.db;
});
afterAll(() => resumes.close());
beforeEach(async () => {
  await db.deleteFrom('users').execute();
  await resumes.emptyOutbox();
});

const plainText = Buffer.from('Ada Example\nSkills\nTypeScript, PostgreSQL, Kubernetes\n');

interface Call {
  args: { resumeId: number };
  options: { priority?: number };
}

/** Runs the analyses that a chunk asks for, as a worker does, and gives how they ended. */
function analyzing(calls: Call[]): TaskContext['group'] {
  return async (build) => {
    const asked = (await build()).map(({ spec }) => spec as unknown as Call);
    calls.push(...asked);
    return Promise.all(
      asked.map(async ({ args }) => {
        try {
          return { result: await runTask(resumes.handlers, analyzeResumeAsync, args) };
        } catch (error) {
          const { code, message } = error as Error & { code: string };
          return { error: { code, message } };
        }
      }),
    );
  };
}

/** Runs the batch with its chunks and their analyses. */
async function runBatch(args: { outdated?: boolean } = {}) {
  const calls: Call[] = [];
  const chunks: { fromId: number; toId: number; outdated?: boolean }[] = [];
  const group: TaskContext['group'] = async (build) => {
    chunks.push(...(await build()).map(({ spec }) => (spec as unknown as { args: (typeof chunks)[0] }).args));
    return Promise.all(
      chunks.map(async (chunk) => {
        const context = { group: analyzing(calls) };
        return { result: await runTask(resumes.handlers, analyzeResumesChunk, chunk, context) };
      }),
    );
  };
  const result = await runTask(resumes.handlers, batchAnalyzeResumes, args, { group });
  return { result, chunks, analysed: calls.map(({ args: { resumeId } }) => resumeId), calls };
}

describe('batch_analyze_resumes', () => {
  it('analyses the pending resumes without text, and no others, after those that are uploaded meanwhile', async () => {
    const pending = await resumes.upload(plainText);
    const [done, failed, deleted, read] = await Promise.all([1, 2, 3, 4].map(() => resumes.upload(plainText)));
    await resumes.analyze(done!.resumeId);
    const change = (resumeId: number, values: object) =>
      db.updateTable('resumes').set(values).where('id', '=', resumeId).execute();
    await change(failed!.resumeId, { status: 'failed', failure_code: 'RESUME_CORRUPT' });
    await change(deleted!.resumeId, { deleted_at: new Date() });
    await change(read!.resumeId, { extracted_text: 'read by a task that still runs' });

    const { result, calls } = await runBatch();

    expect(result).toEqual({ resumes: 1, analyzed: 1, skipped: 0, failed: 0, chunks: 1 });
    expect(calls).toEqual([expect.objectContaining({ args: { resumeId: pending.resumeId }, options: { priority: 9 } })]);
    expect((await resumes.resumeRow(pending.resumeId)).status).toBe('completed');
  });

  it('counts a resume that cannot be read, tells its owner, and goes on', async () => {
    const broken = await resumes.upload(brokenFile);
    const good = await resumes.upload(plainText);
    expect((await runBatch()).result).toEqual({ resumes: 2, analyzed: 1, skipped: 0, failed: 1, chunks: 1 });
    expect((await resumes.resumeRow(broken.resumeId)).status).toBe('failed');
    expect((await resumes.resumeRow(good.resumeId)).status).toBe('completed');
    expect((await resumes.enqueued()).filter(({ args }) => args.notificationType === 'resume_failed')).toHaveLength(1);
  });

  it('queues nothing the second time', async () => {
    await resumes.upload(plainText);
    await runBatch();
    await resumes.emptyOutbox();
    expect(await runBatch()).toMatchObject({
      result: { resumes: 0, analyzed: 0, skipped: 0, failed: 0, chunks: 0 },
      analysed: [],
    });
    expect(await resumes.enqueued()).toEqual([]);
  });

  it('splits the resumes into chunks of 200, each of which is in one', async () => {
    const userId = await resumes.addUser();
    const rows = Array.from({ length: 401 }, (_, at) => ({
      user_id: userId,
      file_name: 'cv.txt',
      content_type: 'text/plain',
      size_bytes: 1,
      storage_key: `resumes/batch/${at}`,
      sha256: '0'.repeat(64),
    }));
    await db.insertInto('resumes').values(rows).execute();
    const chunks: { fromId: number; toId: number }[] = [];
    const group: TaskContext['group'] = async (build) => {
      chunks.push(...(await build()).map(({ spec }) => (spec as unknown as { args: (typeof chunks)[0] }).args));
      return [];
    };
    await runTask(resumes.handlers, batchAnalyzeResumes, {}, { group });
    expect(chunks).toHaveLength(3);
    expect(chunks.every(({ fromId }, at) => at === 0 || fromId > chunks[at - 1]!.toId)).toBe(true);
  });

  it('does nothing where there is nothing to do', async () => {
    expect((await runBatch()).result).toEqual({ resumes: 0, analyzed: 0, skipped: 0, failed: 0, chunks: 0 });
  });

  it('is one task however often it is called while it waits or runs', async () => {
    const [one, two] = [await batchAnalyzeResumes.delay({}), await batchAnalyzeResumes.delay({})];
    expect(two.id).toBe(one.id);
  });
});

describe('batch_analyze_resumes for outdated analyses', () => {
  const outdate = (resumeId: number) =>
    db.updateTable('resumes').set({ analysis_version: 'of yesterday' }).where('id', '=', resumeId).execute();
  const told = async () => (await resumes.enqueued()).filter(({ name }) => name === 'send_notification_async');

  it('makes those anew that an earlier version made, beside the pending ones', async () => {
    const [current, old, pending] = [
      await resumes.upload(plainText),
      await resumes.upload(plainText),
      await resumes.upload(plainText),
    ];
    for (const { resumeId } of [current, old]) await resumes.analyze(resumeId);
    await outdate(old.resumeId);
    const { result, analysed } = await runBatch({ outdated: true });
    expect(result).toMatchObject({ resumes: 2, analyzed: 2 });
    expect(analysed).toEqual([old.resumeId, pending.resumeId]);
    const { analysis_version: version } = await resumes.resumeRow(current.resumeId);
    expect(version).toMatch(/^\d+-[0-9a-f]{16}$/);
    expect((await resumes.resumeRow(old.resumeId)).analysis_version).toBe(version);
    expect((await runBatch({ outdated: true })).analysed).toEqual([]);
  });

  it('finds them when a skill was added since', async () => {
    const { resumeId } = await resumes.upload(plainText);
    await resumes.analyze(resumeId);
    await db.insertInto('skills').values({ name: 'Kite flying', slug: 'kite-flying', category: 'Crafts' }).execute();
    const handlers = resumes.handlersWith();
    const chunks: Json[] = [];
    const group: TaskContext['group'] = async (build) => {
      chunks.push(...(await build()).map(({ spec }) => (spec as unknown as { args: Json }).args));
      return [];
    };
    await runTask(handlers, batchAnalyzeResumes, { outdated: true }, { group });
    expect(chunks).toEqual([{ fromId: resumeId, toId: resumeId, outdated: true }]);
  });

  it('tells the owner only of one that comes out otherwise', async () => {
    const [same, other] = [await resumes.upload(plainText), await resumes.upload(plainText)];
    for (const { resumeId } of [same, other]) {
      await resumes.analyze(resumeId);
      await outdate(resumeId);
    }
    await db.updateTable('resumes').set({ score: 1 }).where('id', '=', other.resumeId).execute();
    await resumes.emptyOutbox();
    await runBatch({ outdated: true });
    expect((await told()).map(({ args }) => args.userId)).toEqual([other.userId]);
  });

  it('that is broken off leaves the rest to the next batch, with the analyses they had', async () => {
    const { resumeId } = await resumes.upload(plainText);
    await resumes.analyze(resumeId);
    await outdate(resumeId);
    const chunk = { fromId: resumeId, toId: resumeId, outdated: true };
    const killed: TaskContext['group'] = async (build) => {
      await build();
      throw new Error('the worker is gone');
    };
    await expect(runTask(resumes.handlers, analyzeResumesChunk, chunk, { group: killed })).rejects.toThrow('gone');
    expect(await resumes.resumeRow(resumeId)).toMatchObject({ status: 'pending', analysis: expect.any(Object) });
    expect((await runBatch()).analysed).toEqual([resumeId]);
  });
});

describe.each(brokerKinds)('with a worker on %s', (kind) => {
  let platform: OpenResumes;
  beforeAll(async () => {
    platform = await openResumes(kind);
  });
  afterAll(async () => {
    await platform.close();
    resumes.kit.connectWith({});
  });

  it('the batch waits for its chunks and they for the analyses, and a second call meanwhile is the same task', async () => {
    const good = await Promise.all([1, 2, 3].map(() => platform.upload(plainText)));
    const broken = await platform.upload(brokenFile);
    const calls = await Promise.all([batchAnalyzeResumes.delay({}), batchAnalyzeResumes.delay({})]);
    expect(calls[1]!.id).toBe(calls[0]!.id);
    await platform.kit.startWorker(platform.handlers, { queues: ['resume'], concurrency: 2 });
    expect(await calls[0]!.get({ timeout: 60 })).toEqual({ resumes: 4, analyzed: 3, skipped: 0, failed: 1, chunks: 1 });
    for (const { resumeId } of good) expect((await platform.resumeRow(resumeId)).status).toBe('completed');
    expect((await platform.resumeRow(broken.resumeId)).status).toBe('failed');

    const { resumeId } = await platform.upload(plainText);
    const analysis = await analyzeResumeAsync.delay({ resumeId });
    await analysis.get({ timeout: 60 });
    expect((await analysis.state())?.progress).toEqual({ step: 5, of: 5, label: 'Notifying' });
  });
});

it('has a contract that refuses other arguments', () => {
  expect(batchAnalyzeResumes.schema.safeParse({ days: 1 }).success).toBe(false);
});
