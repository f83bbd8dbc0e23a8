import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../support/cli.js';
import { until } from '../support/kit.js';
import { exampleResume, openPlatform, type Platform, signUp } from '../support/platform.js';

let platform: Platform;
let api: Command & { address: string };
let worker: Command;
let user: Awaited<ReturnType<typeof signUp>>;
let stranger: typeof user;
beforeAll(async () => {
  platform = await openPlatform('postgres');
  [api, worker] = await Promise.all([platform.startApi(), platform.startWorker('worker')]);
  [user, stranger] = await Promise.all(
    ['user', 'stranger'].map((name) => signUp(api.address, `${name}@example.com`)) as [
      Promise<typeof user>,
      Promise<typeof user>,
    ],
  );
});
afterAll(() => platform.close());

const example = readFileSync(exampleResume);

/** What the API answers to an upload: the status and, when it is refused, the error's code. */
async function post(content: Uint8Array<ArrayBuffer>, headers: Record<string, string> = user.headers) {
  const form = new FormData();
  form.append('file', new Blob([content]), 'resume.pdf');
  const answer = await fetch(`${api.address}/api/resumes`, { method: 'POST', headers, body: form });
  const body = (await answer.json()) as { resumeId: number; taskId: string; error?: { code: string; message: string } };
  return { status: answer.status, ...body };
}

async function get(url: string, headers: Record<string, string> = user.headers) {
  const answer = await fetch(`${api.address}/api${url}`, { headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** A PDF that pdfkit writes. */
async function pdf(draw: (document: PDFKit.PDFDocument) => void, options: PDFKit.PDFDocumentOptions = {}) {
  const document = new PDFDocument(options);
  const content = text(document.setEncoding('latin1') as unknown as NodeJS.ReadableStream);
  draw(document);
  document.end();
  return Buffer.from(await content, 'latin1');
}

const resumeText = 'Sam Doe, engineer. I have written TypeScript and PostgreSQL for eight years.';

/** Uploads a good resume and waits until it is analysed: the worker lives on. */
async function expectGoodResumeToBeAnalyzed() {
  const { status, resumeId, taskId } = await post(example);
  expect(status).toBe(202);
  await until(async () => ['SUCCESS', 'FAILURE'].includes((await get(`/tasks/${taskId}`)).body.status as string));
  expect((await get(`/resumes/${resumeId}`)).body).toMatchObject({ status: 'completed', failure: null });
  expect(worker.child.exitCode).toBeNull();
}

describe('what the API refuses', () => {
  it.each([
    ['a file of no bytes', new Uint8Array(), 400, 'RESUME_EMPTY'],
    [
      'a Windows program named .pdf',
      Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0'), Buffer.alloc(9000, 1)]),
      415,
      'RESUME_TYPE_UNSUPPORTED',
    ],
    ['50 MB', Buffer.alloc(50 * 1024 * 1024, 'words '), 413, 'RESUME_TOO_LARGE'],
  ])('%s', async (_, content, status, code) => {
    expect(await post(content)).toMatchObject({ status, error: { code, message: expect.stringMatching(/\w\.$/) } });
    expect((await get('/resumes')).body).toMatchObject({ items: [], total: 0 });
  });

  it('an upload without a token, or with a wrong one', async () => {
    expect(await post(example, {})).toMatchObject({ status: 401, error: { code: 'TOKEN_MISSING' } });
    expect(await post(example, { authorization: 'Bearer x.y.z' })).toMatchObject({
      status: 401,
      error: { code: 'TOKEN_INVALID' },
    });
  });

  it('a look at somebody else’s resume and task, as if there were none', async () => {
    const { resumeId, taskId } = await post(example);
    for (const [url, code] of [
      [`/resumes/${resumeId}`, 'RESUME_NOT_FOUND'],
      [`/tasks/${taskId}`, 'TASK_ID_UNKNOWN'],
      ['/tasks/no-such-task', 'TASK_ID_UNKNOWN'],
      ['/resumes/999999', 'RESUME_NOT_FOUND'],
    ]) {
      expect(await get(url!, stranger.headers)).toMatchObject({ status: 404, body: { error: { code } } });
    }
    expect((await get(`/tasks/${taskId}`)).status).toBe(200);
  });
});

describe('a file that cannot be read', () => {
  const cases: [name: string, make: () => Buffer<ArrayBuffer> | Promise<Buffer<ArrayBuffer>>, code: string][] = [
    ['a PDF that was cut in half', () => example.subarray(0, example.length / 2), 'RESUME_CORRUPT'],
    [
      'a PDF under a password',
      () => pdf((document) => document.text(resumeText), { userPassword: 'secret', pdfVersion: '1.7' }),
      'RESUME_ENCRYPTED',
    ],
    ['a PDF of pictures only', () => pdf((document) => document.rect(50, 50, 400, 400).fill('navy')), 'RESUME_NO_TEXT'],
  ];

  it.each(cases)('%s fails for good, and its owner is told why', async (_, make, code) => {
    const { status, resumeId, taskId } = await post(await make());
    expect(status).toBe(202);
    await until(async () => ['SUCCESS', 'FAILURE'].includes((await get(`/tasks/${taskId}`)).body.status as string));
    expect((await get(`/tasks/${taskId}`)).body).toMatchObject({ status: 'FAILURE', retries: 0, error: { code } });
    const { failure, ...resume } = (await get(`/resumes/${resumeId}`)).body as { failure: { code: string; message: string } };
    expect(resume).toMatchObject({ status: 'failed', score: null, analysis: null });
    expect(failure.code).toBe(code);

    const told = async () =>
      ((await get('/notifications?pageSize=100')).body.items as { type: string; message: string }[]).filter(
        ({ type, message }) => type === 'resume_failed' && message.includes(failure.message),
      );
    await until(async () => (await told()).length > 0);
    expect(await told()).toHaveLength(1);
    await expectGoodResumeToBeAnalyzed();
  });
});

it('nothing of it ends the worker or the API, which stop as they should', async () => {
  await expectGoodResumeToBeAnalyzed();
  for (const command of [worker, api]) {
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.output()).not.toMatch(/UnhandledPromiseRejection|uncaughtException/);
  }
});
