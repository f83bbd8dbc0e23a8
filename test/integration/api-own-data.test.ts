import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApi, failure, fileForm, password, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

let addresses = 0;
/** From another client address each time, since both routes are limited. */
const call = (method: 'GET' | 'POST' | 'DELETE', url: string, who: { headers: object }, payload?: object) =>
  api.app.inject({
    method,
    url: `/api${url}`,
    remoteAddress: `10.1.${Math.floor(addresses / 250)}.${addresses++ % 250}`,
    headers: { ...who.headers },
    ...(payload && { payload }),
  });

async function upload(who: SignedUpUser): Promise<number> {
  const form = fileForm(Buffer.from('Ada Example\nTypeScript, PostgreSQL\n'));
  const headers = { ...form.headers, ...who.headers };
  const answer = await api.app.inject({ method: 'POST', url: '/api/resumes', payload: form.payload, headers });
  return answer.json().resumeId;
}

describe('the export of the user’s own data', () => {
  it('is one JSON file with the account and a list for each kind of data', async () => {
    const user = await api.signUp({ name: 'Ada "the first" Example' });
    const resumeId = await upload(user);
    await api.db.insertInto('posts').values({ author_id: user.id, body: 'Hello\n"world"' }).execute();
    const answer = await call('GET', '/me/export', user);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="my-data.json"',
      'cache-control': 'private, no-store',
    });
    const data = answer.json();
    expect(data.account).toMatchObject({ id: user.id, email: user.email, name: 'Ada "the first" Example' });
    expect(data.resumes).toEqual([expect.objectContaining({ id: resumeId, fileName: 'resume.pdf', status: 'pending' })]);
    expect(data.posts).toEqual([{ id: expect.any(Number), body: 'Hello\n"world"', createdAt: expect.any(String) }]);
    expect(data.activity).toEqual([expect.objectContaining({ kind: 'login' })]);
  });

  it('has no secrets and nothing of others', async () => {
    const [user, other] = [await api.signUp(), await api.signUp()];
    await upload(other);
    await api.db.insertInto('posts').values({ author_id: other.id, body: 'not yours' }).execute();
    const { body } = await call('GET', '/me/export', user);
    for (const secret of [other.email, 'not yours', 'scrypt', user.refreshToken, 'storage_key'])
      expect(body).not.toContain(secret);
  });

  it('leaves out no table that knows the user', async () => {
    const { rows } = await sql<{ table: string }>`
      SELECT DISTINCT conrelid::regclass::text AS table FROM pg_constraint
      WHERE contype = 'f' AND confrelid = 'users'::regclass ORDER BY 1
    `.execute(api.db);
    // Tokens are secrets, who may ask for a task is no data of a person; all others are a list of the export.
    const leftOut = ['password_reset_tokens', 'refresh_tokens', 'task_owners'];
    expect(rows.map(({ table }) => table).filter((table) => !leftOut.includes(table))).toEqual([
      'activity_events',
      'comments',
      'connections',
      'email_preferences',
      'endorsements',
      'enrollments',
      'job_applications',
      'likes',
      'mail_log',
      'mentor_sessions',
      'mentors',
      'notifications',
      'points_ledger',
      'posts',
      'recommendation_clicks',
      'recommendation_dismissals',
      'recommendations',
      'resumes',
      'user_achievements',
      'user_analytics',
      'user_skill_dismissals',
      'user_skills',
    ]);
    const { account: _, ...lists } = (await call('GET', '/me/export', await api.signUp())).json();
    expect(Object.keys(lists).sort()).toEqual([
      'achievements',
      'activity',
      'analytics',
      'applications',
      'comments',
      'connections',
      'courses',
      'dismissedRecommendations',
      'emailPreferences',
      'endorsementsGiven',
      'endorsementsReceived',
      'likes',
      'mails',
      'mentorProfile',
      'mentorSessions',
      'notifications',
      'points',
      'posts',
      'recommendationClicks',
      'recommendations',
      'removedSkills',
      'resumes',
      'skills',
    ]);
  });

  it('holds every row of long lists, in order', async () => {
    const user = await api.signUp();
    await sql`
      INSERT INTO posts (author_id, body) SELECT ${user.id}, 'post ' || n FROM generate_series(1, 250) AS n
    `.execute(api.db);
    const { posts } = (await call('GET', '/me/export', user)).json();
    expect(posts.map(({ body }: { body: string }) => body)).toEqual(Array.from({ length: 250 }, (_, at) => `post ${at + 1}`));
  });

  it('that breaks off says why in the log', async () => {
    const user = await api.signUp();
    await api.db.schema.alterTable('recommendations').renameTo('recommendations_away').execute();
    try {
      await expect(call('GET', '/me/export', user)).rejects.toThrow();
    } finally {
      await api.db.schema.alterTable('recommendations_away').renameTo('recommendations').execute();
    }
    expect(api.log.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'The export of a user’s data broke off',
    ]);
  });

  it('is limited to five in a quarter of an hour', async () => {
    const user = await api.signUp();
    const codes = [];
    for (let time = 0; time < 6; time += 1) {
      codes.push((await api.app.inject({ url: '/api/me/export', remoteAddress: '10.2.0.1', headers: user.headers })).statusCode);
    }
    expect(codes).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('closing the own account', () => {
  const logIn = (email: string) => call('POST', '/auth/login', { headers: {} }, { email, password });

  it('ends every session, deletes the resumes and lets nobody log in again', async () => {
    const user = await api.signUp();
    const resumeId = await upload(user);
    const answer = await call('DELETE', '/me', user, { password });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);

    expect(failure(await call('GET', '/me', user))).toEqual([401, 'TOKEN_INVALID']);
    const refreshed = await call('POST', '/auth/refresh', { headers: {} }, { refreshToken: user.refreshToken });
    expect(failure(refreshed)).toEqual([401, 'REFRESH_TOKEN_INVALID']);
    expect(failure(await logIn(user.email))).toEqual([401, 'CREDENTIALS_INVALID']);
    const resume = await api.db.selectFrom('resumes').select('deleted_at').where('id', '=', resumeId).executeTakeFirstOrThrow();
    expect(resume.deleted_at).toBeInstanceOf(Date);
  });

  it('leaves other users alone', async () => {
    const [user, other] = [await api.signUp(), await api.signUp()];
    const resumeId = await upload(other);
    await call('DELETE', '/me', user, { password });
    expect((await call('GET', `/resumes/${resumeId}`, other)).statusCode).toBe(200);
    expect((await logIn(other.email)).statusCode).toBe(200);
  });

  it('asks for the password', async () => {
    const user = await api.signUp();
    expect(failure(await call('DELETE', '/me', user, { password: 'wrong' }))).toEqual([401, 'CREDENTIALS_INVALID']);
    expect(failure(await call('DELETE', '/me', user, {}))).toEqual([400, 'REQUEST_INVALID']);
    expect(failure(await call('DELETE', '/me', { headers: {} }, { password }))).toEqual([401, 'TOKEN_MISSING']);
    expect((await call('GET', '/me', user)).statusCode).toBe(200);
  });

  it('twice at once is the same as once', async () => {
    const user = await api.signUp();
    const answers = await Promise.all([1, 2].map(() => call('DELETE', '/me', user, { password })));
    expect(answers.map(({ statusCode }) => statusCode).filter((status) => status !== 204 && status !== 401)).toEqual([]);
    expect(answers.some(({ statusCode }) => statusCode === 204)).toBe(true);
  });

  it('while the session is refreshed leaves no session', async () => {
    const user = await api.signUp();
    await Promise.all([
      call('DELETE', '/me', user, { password }),
      call('POST', '/auth/refresh', { headers: {} }, { refreshToken: user.refreshToken }),
    ]);
    const { rows } = await sql<{ live: number }>`
      SELECT count(*) AS live FROM refresh_tokens WHERE user_id = ${user.id} AND revoked_at IS NULL
    `.execute(api.db);
    expect(rows[0]!.live).toBe(0);
  });
});
