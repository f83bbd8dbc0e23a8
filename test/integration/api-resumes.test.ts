import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { analyzeResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
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
    ['an RTF document', Buffer.from('{\\rtf1 resume}')],
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
    const analysis = {
      ...analyzeResume(resume, createSkillMatcher(skills), new Date('2026-01-01')),
      gaps: [{ skillId: 2, name: 'React', openJobs: 3 }],
    };
    const score = analysis.score.total;
    await api.db
      .updateTable('resumes')
      .set({ status: 'completed', analysis: JSON.stringify(analysis), score, analyzed_at: new Date() })
      .where('id', '=', resumeId)
      .execute();
    const shown = (await get(`/resumes/${resumeId}`)).json();
    expect(shown).toMatchObject({ status: 'completed', score, failure: null, analysis });
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
