import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

/** Gives a user so many unread notifications; returns their ids, oldest first. */
async function give(user: SignedUpUser, count: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    INSERT INTO notifications (user_id, type, title, message, unique_key)
    SELECT ${user.id}, 'system', 'Number ' || place, 'Hello', 'api:' || ${user.id}::text || ':' || place
    FROM generate_series(1, ${count}::int) AS place
    RETURNING id
  `.execute(api.db);
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}
const get = (user: SignedUpUser, url: string) => api.app.inject({ url: `/api/notifications${url}`, headers: user.headers });
const post = (user: SignedUpUser, url: string) =>
  api.app.inject({ method: 'POST', url: `/api/notifications${url}`, headers: user.headers });

describe('GET /api/notifications', () => {
  it('lists the unread ones alone, or the others alone, when it is asked to', async () => {
    const user = await api.signUp();
    const [first, second, third] = await give(user, 3);
    await post(user, `/${second}/read`);
    const ids = async (url: string) => {
      const { items, total, unread } = (await get(user, url)).json();
      return [items.map(({ id }: { id: number }) => id), total, unread];
    };
    expect(await ids('')).toEqual([[third, second, first], 3, 2]);
    expect(await ids('?unread=true')).toEqual([[third, first], 2, 2]);
    expect(await ids('?unread=false')).toEqual([[second], 1, 2]);
    expect(failure(await get(user, '?unread=perhaps'))).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('GET /api/notifications/unread-count', () => {
  it('counts the user’s own', async () => {
    const user = await api.signUp();
    expect((await get(user, '/unread-count')).json()).toEqual({ unread: 0 });
    await give(user, 2);
    await give(await api.signUp(), 1);
    expect((await get(user, '/unread-count')).json()).toEqual({ unread: 2 });
  });
});

describe('POST /api/notifications/:id/read', () => {
  it('marks one as read; the second time changes nothing', async () => {
    const user = await api.signUp();
    const [first] = await give(user, 2);
    const answer = await post(user, `/${first}/read`);
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      expect.objectContaining({ id: first, title: 'Number 1', readAt: expect.stringMatching(/Z$/) }),
    ]);
    expect((await post(user, `/${first}/read`)).json().readAt).toBe(answer.json().readAt);
    expect((await get(user, '/unread-count')).json()).toEqual({ unread: 1 });
  });

  it('knows no notification of another user, and leaves it unread', async () => {
    const user = await api.signUp();
    const other = await api.signUp();
    const [theirs] = await give(other, 1);
    expect(failure(await post(user, `/${theirs}/read`))).toEqual([404, 'NOTIFICATION_NOT_FOUND']);
    expect(failure(await post(user, '/999999999/read'))).toEqual([404, 'NOTIFICATION_NOT_FOUND']);
    expect(failure(await post(user, '/first/read'))).toEqual([400, 'REQUEST_INVALID']);
    expect((await get(other, '/unread-count')).json()).toEqual({ unread: 1 });
  });
});

describe('POST /api/notifications/read-all', () => {
  it('marks all of the user’s as read and tells how many, also when it is asked several times at once', async () => {
    const user = await api.signUp();
    const other = await api.signUp();
    await give(user, 100);
    await give(other, 1);
    const answers = await Promise.all([1, 2, 3].map(() => post(user, '/read-all')));
    expect(answers.reduce((sum, answer) => sum + answer.json().marked, 0)).toBe(100);
    expect((await post(user, '/read-all')).json()).toEqual({ marked: 0 });
    expect((await get(user, '/unread-count')).json()).toEqual({ unread: 0 });
    expect((await get(other, '/unread-count')).json()).toEqual({ unread: 1 });
  });
});

it('every route asks for an access token', async () => {
  for (const [method, url] of [
    ['GET', '/unread-count'],
    ['GET', '/stream'],
    ['POST', '/1/read'],
    ['POST', '/read-all'],
  ] as const)
    expect(failure(await api.app.inject({ method, url: `/api/notifications${url}` }))).toEqual([401, 'TOKEN_MISSING']);
});
