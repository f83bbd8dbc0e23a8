import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { analyzeResume, assessResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
import { createTestApi, failure, fileForm, resumeMaxBytes, type SignedUpUser, type TestApi } from '../support/api.js';

const pdf = Buffer.from('%PDF-1.7\n% a resume\n%%EOF\n');
const plainText = Buffer.from('Ada Example\nTypeScript, PostgreSQL\n');

let api: TestApi;
let user: SignedUpUser;
beforeAll(async () => {
  api = await createTestApi();
  user = await api.signUp();
});
afterAll(() => api.close());

const upload = (content: Buffer, about: { name?: string; field?: string } = {}, who = user) => {
  const form = fileForm(content, about);
  return api.app.inject({
    method: 'POST',
    url: '/api/resumes',
    payload: form.payload,
    headers: { ...form.headers, ...who.headers },
  });
};
const get = (path: string, who = user) => api.app.inject({ url: `/api${path}`, headers: who.headers });
const analyses = async () => (await api.outbox()).filter(({ name }) => name === 'tasks.resume_tasks.analyze_resume_async');
const rows = () => api.db.selectFrom('resumes').selectAll().orderBy('id').execute();

describe('an upload', () => {
  it('stores the file, creates the resume and leaves its analysis in the outbox', async () => {
    const answer = await upload(pdf, { name: 'Ada Example.pdf' });
    expect(answer.statusCode).toBe(202);
    const { resumeId, taskId, ...rest } = answer.json();
    expect(rest).toEqual({ success: true, message: 'Resume is being analyzed' });

    expect(await analyses()).toEqual([expect.objectContaining({ id: taskId, args: { resumeId }, queue: 'resume' })]);
    expect(await api.storedFiles()).toHaveLength(1);
    expect((await get(`/resumes/${resumeId}`)).json()).toEqual({
      id: resumeId,
      fileName: 'Ada Example.pdf',
      contentType: 'application/pdf',
      sizeBytes: pdf.length,
      status: 'pending',
      score: null,
      failure: null,
      pageCount: null,
      language: null,
      analysis: null,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      analyzedAt: null,
    });
  });

  it('goes by the content, not by the name that the client gives', async () => {
    const answer = await upload(plainText, { name: 'resume.pdf' });
    expect((await get(`/resumes/${answer.json().resumeId}`)).json()).toMatchObject({ contentType: 'text/plain' });
  });

  it('keeps no path and no control characters of the file’s name', async () => {
    const names = ['../../etc/passwd', 'C:\\Users\\ada\\resume.pdf', 'a\u202Efdp.exe', ''];
    const kept = [];
    for (const name of names) {
      const answer = await upload(pdf, { name });
      kept.push(answer.statusCode === 202 && (await get(`/resumes/${answer.json().resumeId}`)).json().fileName);
    }
    expect(kept).toEqual(['passwd', 'resume.pdf', 'afdp.exe', 'resume']);
  });

  it('of the same file twice at once makes two resumes, each with its own file and analysis', async () => {
    const owner = await api.signUp();
    const [before, files] = [(await analyses()).length, (await api.storedFiles()).length];
    const answers = await Promise.all([upload(pdf, {}, owner), upload(pdf, {}, owner)]);
    const ids = answers.map((answer) => answer.json().resumeId);
    expect(new Set(ids).size).toBe(2);
    expect(
      (await analyses())
        .slice(before)
        .map(({ args }) => args.resumeId)
        .sort(),
    ).toEqual(ids.sort());
    expect(await api.storedFiles()).toHaveLength(files + 2);
  });

  it('takes a file of exactly the largest size', async () => {
    expect((await upload(Buffer.alloc(resumeMaxBytes, 'words '))).statusCode).toBe(202);
  });
});

describe('an upload that is refused', () => {
  let before: { files: number; rows: number; analyses: number };
  const counts = async () => ({
    files: (await api.storedFiles()).length,
    rows: (await rows()).length,
    analyses: (await analyses()).length,
  });
  beforeAll(async () => {
    before = await counts();
  });
  // Whatever the reason: no file, no row and no task is left behind.
  afterEach(async () => expect(await counts()).toEqual(before));

  it('has no bytes', async () => {
    expect(failure(await upload(Buffer.alloc(0)))).toEqual([400, 'RESUME_EMPTY']);
  });

  it.each([
    ['a Windows program', Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0'), randomBytes(20_000)])],
    ['a PNG picture', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(2_000)])],
    ['a PostScript document', Buffer.from('%!PS-Adobe-3.0')],
  ])('is %s named .pdf', async (found, content) => {
    const answer = await upload(content, { name: 'resume.pdf' });
    expect(failure(answer)).toEqual([415, 'RESUME_TYPE_UNSUPPORTED']);
    expect(answer.json().error.message).toContain(found);
  });

  it('is one byte too large', async () => {
    expect(failure(await upload(Buffer.alloc(resumeMaxBytes + 1, 'words ')))).toEqual([413, 'RESUME_TOO_LARGE']);
  });

  it('has the file in another field, or no file, or is no form', async () => {
    const noFile = Buffer.from('--b\r\ncontent-disposition: form-data; name="file"\r\n\r\ntext\r\n--b--\r\n');
    const post = (payload: Buffer | object, type: string) =>
      api.app.inject({ method: 'POST', url: '/api/resumes', payload, headers: { ...user.headers, 'content-type': type } });
    expect(failure(await upload(pdf, { field: 'cv' }))).toEqual([400, 'RESUME_FILE_MISSING']);
    expect(failure(await post(noFile, 'multipart/form-data; boundary=b'))).toEqual([400, 'RESUME_FILE_MISSING']);
    expect(failure(await post(Buffer.alloc(0), 'multipart/form-data; boundary=b'))).toEqual([400, 'RESUME_FILE_MISSING']);
    expect(failure(await post({}, 'application/json'))).toEqual([400, 'RESUME_FILE_MISSING']);
    expect(failure(await api.app.inject({ method: 'POST', url: '/api/resumes', headers: user.headers }))).toEqual([
      400,
      'RESUME_FILE_MISSING',
    ]);
  });

  it('is a broken form', async () => {
    const post = (payload: Buffer, type: string) =>
      api.app.inject({ method: 'POST', url: '/api/resumes', payload, headers: { ...user.headers, 'content-type': type } });
    const cutOff = fileForm(pdf).payload.subarray(0, -20);
    expect(failure(await post(cutOff, fileForm(pdf).headers['content-type']))).toEqual([400, 'REQUEST_INVALID']);
    expect(failure(await post(pdf, 'multipart/form-data'))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('comes without a token', async () => {
    const form = fileForm(pdf);
    const answer = await api.app.inject({ method: 'POST', url: '/api/resumes', ...form });
    expect(failure(answer)).toEqual([401, 'TOKEN_MISSING']);
  });

  it('meets a database that fails after the file was stored', async () => {
    // The row cannot be written: the transaction fails between the storage and the outbox.
    await api.db.schema.alterTable('resumes').renameTo('resumes_away').execute();
    try {
      expect(failure(await upload(pdf))).toEqual([500, 'INTERNAL']);
    } finally {
      await api.db.schema.alterTable('resumes_away').renameTo('resumes').execute();
    }
  });

  it('meets an outbox that fails after the row was written', async () => {
    await api.db.schema.alterTable('task_outbox').renameTo('task_outbox_away').execute();
    try {
      const answer = await upload(pdf);
      expect(failure(answer)).toEqual([500, 'INTERNAL']);
      expect(answer.body).not.toContain('task_outbox');
    } finally {
      await api.db.schema.alterTable('task_outbox_away').renameTo('task_outbox').execute();
    }
  });
});

describe('over a real connection', () => {
  let port: number;
  beforeAll(async () => {
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = api.app.server.address() as AddressInfo);
  });

  /** As clients do that send everything before they look for an answer. */
  const post = async (content: Buffer, headers: Record<string, string>) => {
    const form = fileForm(content);
    const client = request({ port, method: 'POST', path: '/api/resumes', headers: { ...headers, ...form.headers } });
    const answered = once(client, 'response') as Promise<[IncomingMessage]>;
    client.end(form.payload);
    await finished(client, { readable: false });
    const [response] = await answered;
    return { status: response.statusCode, code: JSON.parse(await text(response)).error?.code };
  };

  it('a 50 MB upload is answered in full, and nothing of it stays', async () => {
    const files = await api.storedFiles();
    const large = Buffer.alloc(50 * 1024 * 1024, 'words ');
    expect(await post(large, user.headers)).toEqual({ status: 413, code: 'RESUME_TOO_LARGE' });
    expect(await post(Buffer.concat([Buffer.from('MZ\x90\0'), randomBytes(large.length)]), user.headers)).toEqual({
      status: 415,
      code: 'RESUME_TYPE_UNSUPPORTED',
    });
    expect(await post(large, {})).toEqual({ status: 401, code: 'TOKEN_MISSING' });
    expect(await api.storedFiles()).toEqual(files);
  });

  it('a client that goes away in the middle leaves nothing', async () => {
    const [files, resumes] = [await api.storedFiles(), await rows()];
    const form = fileForm(Buffer.alloc(500_000, 'words '));
    const client = request({ port, method: 'POST', path: '/api/resumes', headers: { ...user.headers, ...form.headers } });
    client.on('error', () => undefined);
    client.write(form.payload.subarray(0, 300_000));
    await expect.poll(() => api.storedFiles()).toHaveLength(files.length + 1);
    client.destroy(new Error('gone'));
    await expect.poll(() => api.storedFiles()).toEqual(files);
    await expect.poll(() => api.log.at(-1)?.message).toBe('POST /api/resumes aborted by the client');
    expect(await rows()).toEqual(resumes);
  });
});

describe('a resume', () => {
  it('is shown to its owner only', async () => {
    const { resumeId } = (await upload(pdf)).json();
    const other = await api.signUp();
    expect((await get(`/resumes/${resumeId}`)).statusCode).toBe(200);
    expect(failure(await get(`/resumes/${resumeId}`, other))).toEqual([404, 'RESUME_NOT_FOUND']);
    const answer = await api.app.inject({ method: 'DELETE', url: `/api/resumes/${resumeId}`, headers: other.headers });
    expect(failure(answer)).toEqual([404, 'RESUME_NOT_FOUND']);
    expect((await get('/resumes', other)).json()).toMatchObject({ items: [], total: 0 });
  });

  it('shows its analysis', async () => {
    const { resumeId } = (await upload(plainText)).json();
    const skills = [{ id: 1, name: 'TypeScript', category: 'languages', aliases: [] }];
    const resume = 'Ada\nada@example.com\nSKILLS\nTypeScript\nEXPERIENCE\nDeveloper, Acme, Jan 2020 - Present\nTypeScript';
    const file = { pages: 1, hidden: { characters: 12 }, truncated: false, recognized: false };
    const findings = analyzeResume(resume, createSkillMatcher(skills), new Date('2026-01-01'), file);
    const demanded = { skillId: 2, name: 'React', openJobs: 3, weight: 3, related: ['TypeScript'] };
    const analysis = assessResume(findings, { openJobs: 4, skills: [demanded] });
    expect(analysis).toMatchObject({
      gaps: [{ name: 'React' }],
      warnings: expect.arrayContaining([{ code: 'HIDDEN_TEXT', message: expect.any(String) }]),
    });
    const score = analysis.score.total;
    await api.db
      .updateTable('resumes')
      .set({ status: 'completed', analysis: JSON.stringify(analysis), score, analyzed_at: new Date() })
      .where('id', '=', resumeId)
      .execute();
    const shown = (await get(`/resumes/${resumeId}`)).json();
    expect(shown).toMatchObject({ status: 'completed', score, failure: null });
    expect(shown.analysis).toEqual(analysis);
    expect(shown.analysis.skills[0].name).toBe('TypeScript');
  });

  it('shows why its analysis failed', async () => {
    const { resumeId } = (await upload(pdf)).json();
    await api.db
      .updateTable('resumes')
      .set({ status: 'failed', failure_code: 'RESUME_CORRUPT', failure_message: 'The PDF is damaged.' })
      .where('id', '=', resumeId)
      .execute();
    expect((await get(`/resumes/${resumeId}`)).json()).toMatchObject({
      status: 'failed',
      failure: { code: 'RESUME_CORRUPT', message: 'The PDF is damaged.' },
    });
  });

  it('is given back as it was uploaded, in a way that no browser runs', async () => {
    const { resumeId } = (await upload(plainText, { name: 'Zoë’s “best” resume.html' })).json();
    const answer = await get(`/resumes/${resumeId}/file`);
    expect(answer.rawPayload).toEqual(plainText);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': String(plainText.length),
      'content-disposition': `attachment; filename="Zo__s _best_ resume.html.txt"; filename*=UTF-8''Zo%C3%AB%E2%80%99s%20%E2%80%9Cbest%E2%80%9D%20resume.html.txt`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    });
    const other = await api.signUp();
    expect(failure(await get(`/resumes/${resumeId}/file`, other))).toEqual([404, 'RESUME_NOT_FOUND']);
    expect(failure(await get('/resumes/999999/file'))).toEqual([404, 'RESUME_NOT_FOUND']);
  });

  it('whose file is gone answers that something is wrong here, and nothing of our storage', async () => {
    const { resumeId } = (await upload(pdf)).json();
    const { storage_key } = (await rows()).at(-1)!;
    await api.storage.remove(storage_key);
    const answer = await get(`/resumes/${resumeId}/file`);
    expect(failure(answer)).toEqual([500, 'INTERNAL']);
    expect(answer.body).not.toContain(storage_key);
  });

  it('is gone for its owner once it is deleted, though its row and file stay for the clean-up', async () => {
    const { resumeId } = (await upload(pdf)).json();
    const files = await api.storedFiles();
    const remove = () => api.app.inject({ method: 'DELETE', url: `/api/resumes/${resumeId}`, headers: user.headers });
    const answer = await remove();
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(failure(await get(`/resumes/${resumeId}`))).toEqual([404, 'RESUME_NOT_FOUND']);
    expect(failure(await remove())).toEqual([404, 'RESUME_NOT_FOUND']);
    expect((await rows()).find(({ id }) => id === resumeId)?.deleted_at).toBeInstanceOf(Date);
    expect(await api.storedFiles()).toEqual(files);
  });

  it.each(['0', '-1', 'x', '1.5', '99999999999999999999'])('has no id like %s', async (id) => {
    expect(failure(await get(`/resumes/${id}`))).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('an analysis that is asked for again', () => {
  const again = (resumeId: number, who = user) =>
    api.app.inject({ method: 'POST', url: `/api/resumes/${resumeId}/analyze`, headers: who.headers });
  const change = (resumeId: number, values: object) =>
    api.db.updateTable('resumes').set(values).where('id', '=', resumeId).execute();
  const done = { status: 'completed', analysis: '{}', score: 50, analyzed_at: new Date(), extracted_text: 'read before' };
  const row = async (resumeId: number) => (await rows()).find(({ id }) => id === resumeId)!;

  it('is left in the outbox; the file is to be read anew, and the last analysis stays until then', async () => {
    const { resumeId } = (await upload(pdf)).json();
    await change(resumeId, done);
    const answer = await again(resumeId);
    expect(answer.statusCode).toBe(202);
    const { taskId, ...rest } = answer.json();
    expect(rest).toEqual({ success: true, resumeId, message: 'Resume is being analyzed' });
    expect((await analyses()).at(-1)).toMatchObject({ id: taskId, args: { resumeId } });
    expect((await get(`/tasks/${taskId}`)).json()).toMatchObject({ id: taskId, status: 'PENDING' });
    expect(await row(resumeId)).toMatchObject({ status: 'pending', extracted_text: null, score: 50, analysis: {} });
  });

  it('helps a resume that failed', async () => {
    const { resumeId } = (await upload(pdf)).json();
    await change(resumeId, { status: 'failed', failure_code: 'INTERNAL', failure_message: 'Gone.' });
    expect((await again(resumeId)).statusCode).toBe(202);
    expect(await row(resumeId)).toMatchObject({ status: 'pending', failure_code: null, failure_message: null });
  });

  it('is refused while one is on its way, and by one of two at once', async () => {
    const { resumeId } = (await upload(pdf)).json();
    const before = (await analyses()).length;
    expect(failure(await again(resumeId))).toEqual([409, 'RESUME_BUSY']);
    await change(resumeId, { status: 'processing' });
    expect(failure(await again(resumeId))).toEqual([409, 'RESUME_BUSY']);
    await change(resumeId, done);
    const answers = await Promise.all([again(resumeId), again(resumeId)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([202, 409]);
    expect(await analyses()).toHaveLength(before + 1);
  });

  it('is taken after an hour, when the one before was lost', async () => {
    const { resumeId } = (await upload(pdf)).json();
    await change(resumeId, { status: 'processing', requested_at: new Date(Date.now() - 61 * 60_000) });
    expect((await again(resumeId)).statusCode).toBe(202);
  });

  it('is for the owner only, and of a resume that is there', async () => {
    const { resumeId } = (await upload(pdf)).json();
    await change(resumeId, done);
    expect(failure(await again(resumeId, await api.signUp()))).toEqual([404, 'RESUME_NOT_FOUND']);
    await api.app.inject({ method: 'DELETE', url: `/api/resumes/${resumeId}`, headers: user.headers });
    expect(failure(await again(resumeId))).toEqual([404, 'RESUME_NOT_FOUND']);
  });

  it('is limited', async () => {
    const answers = [];
    for (let i = 0; i < 11; i += 1) {
      const headers = { ...user.headers, 'x-forwarded-for': '10.9.9.9' };
      answers.push(await api.app.inject({ method: 'POST', url: '/api/resumes/999999/analyze', headers }));
    }
    expect(answers.map((answer) => failure(answer)[1])).toEqual([...Array(10).fill('RESUME_NOT_FOUND'), 'RATE_LIMITED']);
  });
});

describe('the list of resumes', () => {
  it('is paged, newest first', async () => {
    const owner = await api.signUp();
    const ids = [];
    for (let i = 0; i < 3; i += 1) ids.push((await upload(pdf, {}, owner)).json().resumeId);
    const page = async (query: string) => {
      const { items, ...rest } = (await get(`/resumes${query}`, owner)).json();
      return { ids: items.map((item: { id: number }) => item.id), ...rest };
    };
    expect(await page('')).toEqual({ ids: ids.toReversed(), page: 1, pageSize: 20, total: 3 });
    expect(await page('?page=2&pageSize=2')).toEqual({ ids: [ids[0]], page: 2, pageSize: 2, total: 3 });
    expect(await page('?page=9')).toEqual({ ids: [], page: 9, pageSize: 20, total: 3 });
  });

  it.each(['page=0', 'page=x', 'pageSize=0', 'pageSize=101', 'page=1e9'])('refuses ?%s', async (query) => {
    const answer = await get(`/resumes?${query}`);
    expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
    expect(Object.keys(answer.json().error.fields)).toEqual([query.split('=')[0]]);
  });
});
