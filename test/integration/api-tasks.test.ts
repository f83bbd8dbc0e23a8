import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbox } from '#src/db/outbox.js';
import { coded } from '#src/errors.js';
import { type Handler, handle, startRelay } from '#src/taskkit/index.js';
import { analyzeResumeAsync } from '#src/tasks/resumes.js';
import { createTestApi, failure, fileForm, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
let user: SignedUpUser;
beforeAll(async () => {
  api = await createTestApi();
  user = await api.signUp();
});
afterAll(() => api.close());

const log = { debug() {}, info() {}, warn() {}, error() {} };
const state = (taskId: string, who = user) => api.app.inject({ url: `/api/tasks/${taskId}`, headers: who.headers });

/** Uploads a resume; answers the id of its analysis. */
async function enqueue(): Promise<string> {
  const form = fileForm(Buffer.from('Ada Example'));
  const headers = { ...form.headers, ...user.headers };
  const answer = await api.app.inject({ method: 'POST', url: '/api/resumes', payload: form.payload, headers });
  return answer.json().taskId;
}

/** Lets a relay and a worker take everything that waits, and ends them once the task has the status. */
async function work(taskId: string, status: string, handler: Handler): Promise<void> {
  const stopRelay = await startRelay(createOutbox(api.db, api.url), api.broker, log);
  const worker = await api.broker.startWorker({
    handlers: [handler],
    queues: ['resume'],
    concurrency: 1,
    name: 'worker-1',
    timeLimit: 30,
    log,
  });
  try {
    await expect.poll(async () => (await state(taskId)).json().status, { timeout: 20_000 }).toBe(status);
  } finally {
    await stopRelay();
    await worker.stop(0);
  }
}

describe('the state of a task', () => {
  it('is PENDING from the moment the upload was answered, before any relay took it', async () => {
    const taskId = await enqueue();
    const answer = await state(taskId);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      id: taskId,
      name: 'tasks.resume_tasks.analyze_resume_async',
      status: 'PENDING',
      progress: null,
      result: null,
      error: null,
      retries: 0,
      enqueuedAt: expect.stringMatching(/Z$/),
      startedAt: null,
      finishedAt: null,
    });
  });

  it('ends with the result', async () => {
    const taskId = await enqueue();
    const result = { resumeId: 1, userId: user.id, skills: 3, skillsAdded: 2, score: 70 };
    await work(
      taskId,
      'SUCCESS',
      handle(analyzeResumeAsync, async (_args, { progress }) => {
        await progress({ step: 5, of: 5 });
        return result;
      }),
    );
    expect((await state(taskId)).json()).toMatchObject({
      status: 'SUCCESS',
      result,
      progress: { step: 5, of: 5 },
      error: null,
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
    });
  });

  it('ends with the code and the words of what went wrong', async () => {
    const taskId = await enqueue();
    await work(
      taskId,
      'FAILURE',
      handle(analyzeResumeAsync, async () => {
        throw coded('RESUME_NO_TEXT');
      }),
    );
    const { error } = (await state(taskId)).json();
    expect(error).toEqual({ code: 'RESUME_NO_TEXT', message: coded('RESUME_NO_TEXT').message });
  });

  it('tells nothing of a fault inside', async () => {
    const taskId = await enqueue();
    await work(
      taskId,
      'FAILURE',
      handle(analyzeResumeAsync, async () => {
        throw coded('STORAGE_FILE_MISSING', { key: 'resumes/1/secret-place' });
      }),
    );
    const answer = await state(taskId);
    expect(answer.json().error.code).toBe('INTERNAL');
    expect(answer.body).not.toContain('secret-place');
  });

  it('is told to the user whose request enqueued it and to staff, and to nobody else', async () => {
    const taskId = await enqueue();
    const other = await api.signUp();
    const staff = await api.signUp();
    await api.db.updateTable('users').set({ is_staff: true }).where('id', '=', staff.id).execute();
    expect(failure(await state(taskId, other))).toEqual([404, 'TASK_ID_UNKNOWN']);
    expect((await state(taskId, staff)).json().id).toBe(taskId);
    expect(failure(await api.app.inject(`/api/tasks/${taskId}`))).toEqual([401, 'TOKEN_MISSING']);
  });

  it('is not known for an id that nobody gave, for staff neither', async () => {
    const staff = await api.signUp();
    await api.db.updateTable('users').set({ is_staff: true }).where('id', '=', staff.id).execute();
    for (const who of [user, staff]) expect(failure(await state('no-such-task', who))).toEqual([404, 'TASK_ID_UNKNOWN']);
    expect(failure(await state('not%20an%20id'))).toEqual([400, 'REQUEST_INVALID']);
  });
});
