import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskMessage } from '#src/taskkit/index.js';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
let ada: SignedUpUser;
let grace: SignedUpUser;
beforeAll(async () => {
  api = await createTestApi();
  [ada, grace] = await Promise.all([api.signUp({ name: 'Ada Author' }), api.signUp({ name: 'Grace Reader' })]);
});
afterAll(() => api.close());

let requests = 0;
/** Each request from another address, since what one address writes is limited. */
const call = (method: 'GET' | 'POST' | 'DELETE', url: string, who: SignedUpUser, payload?: object) =>
  api.app.inject({
    method,
    url: `/api${url}`,
    headers: who.headers,
    remoteAddress: `10.3.${requests >> 8}.${requests++ & 255}`,
    ...(payload && { payload }),
  });
const publish = async (body: string, who = ada): Promise<number> => (await call('POST', '/posts', who, { body })).json().id;
const comment = async (postId: number, body: string, who = grace): Promise<number> =>
  (await call('POST', `/posts/${postId}/comments`, who, { body })).json().id;
const username = async ({ id }: SignedUpUser) =>
  (await api.db.selectFrom('users').select('username').where('id', '=', id).executeTakeFirstOrThrow()).username;

/** What `act` leaves in the outbox. */
async function enqueuedBy(act: () => Promise<unknown>): Promise<Pick<TaskMessage, 'name' | 'args'>[]> {
  const before = new Set((await api.outbox()).map(({ id }) => id));
  await act();
  const added = (await api.outbox()).filter(({ id }) => !before.has(id));
  return added.map(({ name, args }) => ({ name: name.split('.').at(-1)!, args }));
}

const activityOf = async ({ id }: SignedUpUser) =>
  api.db
    .selectFrom('activity_events')
    .select(['kind', 'subject_id as subjectId'])
    .where('user_id', '=', id)
    .orderBy('id')
    .execute();

describe('a post', () => {
  it('is published and shown to all with its author and its counts', async () => {
    const answer = await call('POST', '/posts', ada, { body: 'Hello,\nworld' });
    expect(answer.statusCode).toBe(201);
    const post = answer.json();
    expect(post).toEqual({
      id: expect.any(Number),
      author: { id: ada.id, username: await username(ada), name: 'Ada Author', headline: null },
      body: 'Hello,\nworld',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      likes: 0,
      comments: 0,
      likedByMe: false,
    });
    expect((await call('GET', `/posts/${post.id}`, grace)).json()).toEqual(post);
    expect(await activityOf(ada)).toContainEqual({ kind: 'post', subjectId: post.id });
  });

  it('has its author’s achievements checked when it is the first one', async () => {
    const author = await api.signUp();
    const check = { name: 'check_user_achievements', args: { userId: author.id } };
    expect(await enqueuedBy(() => publish('The first', author))).toEqual([check]);
    expect(await enqueuedBy(() => publish('The second', author))).toEqual([]);
  });

  it('has whom it mentions told, in one task: active users, not its author, not those in code or addresses', async () => {
    const gone = await api.signUp();
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', gone.id).execute();
    const [a, g, x] = await Promise.all([ada, grace, gone].map(username));
    const other = await api.signUp();
    const o = await username(other);
    const body = `@${a} @${g!.toUpperCase()} @${g} @nobody-of-this-name @${x} mail@${o} \`@${o}\``;
    const enqueued = await enqueuedBy(async () => {
      const id = await publish(body);
      expect(id).toBeGreaterThan(0);
    });
    expect(enqueued).toEqual([
      { name: 'send_mention_notifications', args: { userIds: [grace.id], mentionType: 'post', contentId: expect.any(Number) } },
    ]);
  });

  it.each([
    ['SQL, HTML and templates', `'); DROP TABLE posts; -- <script>alert(1)</script> {{ 7*7 }} \${x} $1 %s`],
    ['marks of direction, emoji and combining letters', '\u202Eevil\u202C 👩🏽‍💻 Z̵͛a̸l̶\uFEFFgo'],
    ['5000 characters', 'ж'.repeat(5000)],
  ])('keeps %s as they are', async (_, body) => {
    const answer = await call('POST', '/posts', ada, { body });
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json().body).toBe(body);
    expect((await call('GET', `/posts/${answer.json().id}`, grace)).json().body).toBe(body);
  });

  it.each([
    ['nothing', ''],
    ['spaces only', ' \n\t '],
    ['5001 characters', 'x'.repeat(5001)],
    ['a NUL character', 'a\0b'],
    ['a control character', 'a\u0007b'],
    ['half a pair of surrogates', 'a\uD800b'],
    ['a number', 5],
    ['a list', ['x']],
  ])('is refused with %s', async (_, body) => {
    const answer = await call('POST', '/posts', ada, { body });
    expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
    expect(Object.keys(answer.json().error.fields)).toEqual(['body']);
  });

  it('is deleted by its author alone, with its comments and likes', async () => {
    const id = await publish('To be deleted');
    const commentId = await comment(id, 'A comment');
    await call('POST', `/posts/${id}/like`, grace);
    await call('POST', `/comments/${commentId}/like`, ada);

    expect(failure(await call('DELETE', `/posts/${id}`, grace))).toEqual([403, 'NOT_ALLOWED']);
    const answers = await Promise.all([1, 2, 3].map(() => call('DELETE', `/posts/${id}`, ada)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 404, 404]);

    expect(failure(await call('GET', `/posts/${id}`, ada))).toEqual([404, 'CONTENT_NOT_FOUND']);
    expect(failure(await call('DELETE', `/comments/${commentId}`, grace))).toEqual([404, 'CONTENT_NOT_FOUND']);
    expect(failure(await call('POST', `/posts/${id}/like`, grace))).toEqual([404, 'CONTENT_NOT_FOUND']);
    const deletions = (await activityOf(ada)).filter(({ kind }) => kind === 'post_deleted');
    expect(deletions).toEqual([{ kind: 'post_deleted', subjectId: id }]);
  });

  it('asks for an access token', async () => {
    expect(failure(await api.app.inject('/api/posts'))).toEqual([401, 'TOKEN_MISSING']);
    expect(failure(await api.app.inject({ method: 'POST', url: '/api/posts', payload: { body: 'x' } }))).toEqual([
      401,
      'TOKEN_MISSING',
    ]);
  });

  it('comes at most 30 times a minute from one address', async () => {
    const post = () =>
      api.app.inject({
        method: 'POST',
        url: '/api/posts',
        headers: ada.headers,
        payload: { body: '' },
        remoteAddress: '10.4.0.1',
      });
    const statuses = [];
    for (let i = 0; i < 31; i += 1) statuses.push((await post()).statusCode);
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 400), 429]);
  });
});

describe('the feed', () => {
  it('is paged, newest first, with what the viewer likes', async () => {
    await api.db.deleteFrom('posts').execute();
    const ids: number[] = [];
    for (const body of ['one', 'two', 'three']) ids.push(await publish(body));
    await call('POST', `/posts/${ids[0]}/like`, grace);
    await comment(ids[0]!, 'One more');

    const page = async (query: string, who = grace) => {
      const { items, ...rest } = (await call('GET', `/posts${query}`, who)).json();
      return {
        items: items.map((post: { id: number; likes: number; comments: number; likedByMe: boolean }) => [
          post.id,
          post.likes,
          post.comments,
          post.likedByMe,
        ]),
        ...rest,
      };
    };
    const [first, second, third] = ids;
    const newest = [
      [third, 0, 0, false],
      [second, 0, 0, false],
    ];
    expect(await page('?pageSize=2')).toEqual({ items: newest, page: 1, pageSize: 2, total: 3 });
    expect(await page('?pageSize=2&page=2')).toEqual({ items: [[first, 1, 1, true]], page: 2, pageSize: 2, total: 3 });
    expect(await page('?pageSize=2&page=2', ada)).toMatchObject({ items: [[first, 1, 1, false]] });
    expect(await page('?page=3')).toEqual({ items: [], page: 3, pageSize: 20, total: 3 });
  });
});

describe('a comment', () => {
  it('has the post’s author told, and whom it mentions', async () => {
    const postId = await publish('Comment on this');
    const mentioned = await api.signUp();
    const name = await username(mentioned);
    const enqueued = await enqueuedBy(async () => {
      const answer = await call('POST', `/posts/${postId}/comments`, grace, { body: `Look, @${name}` });
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toMatchObject({
        postId,
        author: { id: grace.id, name: 'Grace Reader' },
        body: `Look, @${name}`,
        likes: 0,
        likedByMe: false,
      });
    });
    expect(enqueued).toEqual([
      {
        name: 'send_mention_notifications',
        args: { userIds: [mentioned.id], mentionType: 'comment', contentId: expect.any(Number) },
      },
      { name: 'send_comment_notifications', args: { userId: ada.id, commenterId: grace.id, contentType: 'post' } },
    ]);
  });

  it('tells nobody of a comment on one’s own post', async () => {
    const postId = await publish('My own');
    expect(await enqueuedBy(() => comment(postId, 'Indeed', ada))).toEqual([]);
  });

  it('is listed a page at a time, oldest first', async () => {
    const postId = await publish('Talk');
    for (const body of ['one', 'two', 'three']) await comment(postId, body);
    const { items, ...rest } = (await call('GET', `/posts/${postId}/comments?pageSize=2`, ada)).json();
    expect(items.map(({ body }: { body: string }) => body)).toEqual(['one', 'two']);
    expect(rest).toEqual({ page: 1, pageSize: 2, total: 3 });
    const quiet = await publish('Quiet');
    expect((await call('GET', `/posts/${quiet}/comments`, ada)).json()).toMatchObject({ items: [], total: 0 });
  });

  it('needs a post', async () => {
    expect(failure(await call('POST', '/posts/999999/comments', ada, { body: 'x' }))).toEqual([404, 'CONTENT_NOT_FOUND']);
    expect(failure(await call('GET', '/posts/999999/comments', ada))).toEqual([404, 'CONTENT_NOT_FOUND']);
  });

  it.each(['', 'x'.repeat(2001), '\u0000'])('is refused when it is empty, too long or holds control characters', async (body) => {
    const postId = await publish('Hm');
    expect(failure(await call('POST', `/posts/${postId}/comments`, ada, { body }))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('is deleted by its author alone, not by the post’s', async () => {
    const postId = await publish('A post');
    const id = await comment(postId, 'A comment');
    expect(failure(await call('DELETE', `/comments/${id}`, ada))).toEqual([403, 'NOT_ALLOWED']);
    expect((await call('DELETE', `/comments/${id}`, grace)).statusCode).toBe(204);
    expect(failure(await call('DELETE', `/comments/${id}`, grace))).toEqual([404, 'CONTENT_NOT_FOUND']);
  });
});

describe.each(['post', 'comment'] as const)('a like of a %s', (type) => {
  const make = async () => {
    const postId = await publish('Like this');
    return type === 'post' ? postId : comment(postId, 'Or this', ada);
  };

  it('counts once however often it is given, and its author is told once', async () => {
    const id = await make();
    const like = () => call('POST', `/${type}s/${id}/like`, grace);
    const activity = await activityOf(grace);
    const enqueued = await enqueuedBy(async () => {
      const answers = await Promise.all([like(), like(), like()]);
      expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200]);
      expect((await like()).json()).toEqual({ liked: true, likes: 1 });
    });
    const told = enqueued.filter(({ name }) => name === 'send_like_notifications');
    expect(told).toEqual([{ name: 'send_like_notifications', args: { userId: ada.id, likerId: grace.id, contentType: type } }]);
    expect(await activityOf(grace)).toEqual([...activity, { kind: 'like', subjectId: id }]);
  });

  it('is taken back, and not announced again when it is given again', async () => {
    const id = await make();
    await call('POST', `/${type}s/${id}/like`, grace);
    const enqueued = await enqueuedBy(async () => {
      expect((await call('DELETE', `/${type}s/${id}/like`, grace)).json()).toEqual({ liked: false, likes: 0 });
      expect((await call('DELETE', `/${type}s/${id}/like`, grace)).json()).toEqual({ liked: false, likes: 0 });
      expect((await call('POST', `/${type}s/${id}/like`, grace)).json()).toEqual({ liked: true, likes: 1 });
    });
    expect(enqueued.filter(({ name }) => name === 'send_like_notifications')).toEqual([]);
  });

  it('of one’s own counts, but tells nobody', async () => {
    const id = await make();
    const enqueued = await enqueuedBy(async () => {
      expect((await call('POST', `/${type}s/${id}/like`, ada)).json()).toEqual({ liked: true, likes: 1 });
    });
    expect(enqueued).toEqual([]);
  });

  it('is one for each of many who like at once', async () => {
    const id = await make();
    const people = await Promise.all(Array.from({ length: 5 }, () => api.signUp()));
    await Promise.all(people.map((person) => call('POST', `/${type}s/${id}/like`, person)));
    expect((await call('POST', `/${type}s/${id}/like`, grace)).json()).toEqual({ liked: true, likes: 6 });
  });

  it('needs something to like', async () => {
    for (const method of ['POST', 'DELETE'] as const) {
      expect(failure(await call(method, `/${type}s/999999/like`, ada))).toEqual([404, 'CONTENT_NOT_FOUND']);
      expect(failure(await call(method, `/${type}s/x/like`, ada))).toEqual([400, 'REQUEST_INVALID']);
    }
  });
});

it('a flood of likes is followed by one check of the author’s achievements a minute, after they are all saved', async () => {
  const author = await api.signUp();
  const postId = await publish(`Popular ${randomUUID()}`, author);
  const people = await Promise.all(Array.from({ length: 8 }, () => api.signUp()));
  const before = Date.now();
  await Promise.all(people.map((person) => call('POST', `/posts/${postId}/like`, person)));
  const after = Date.now();

  const checks = (await api.outbox()).filter(({ id }) => id.startsWith(`likes-of-${author.id}-`));
  const minutes = Math.floor(after / 60_000) - Math.floor(before / 60_000) + 1;
  expect(checks.length).toBeGreaterThanOrEqual(1);
  expect(checks.length).toBeLessThanOrEqual(minutes);
  for (const { name, args, eta } of checks) {
    expect([name, args]).toEqual(['tasks.achievement_tasks.check_user_achievements', { userId: author.id }]);
    expect(eta).toBeGreaterThan(before + 60_000);
    expect(eta).toBeLessThanOrEqual(after + 120_000);
  }
});

it('a like whose task cannot be stored is not stored either', async () => {
  const postId = await publish('All or nothing');
  await api.db.schema.alterTable('task_outbox').renameTo('task_outbox_away').execute();
  try {
    expect(failure(await call('POST', `/posts/${postId}/like`, grace))).toEqual([500, 'INTERNAL']);
  } finally {
    await api.db.schema.alterTable('task_outbox_away').renameTo('task_outbox').execute();
  }
  expect((await call('GET', `/posts/${postId}`, grace)).json()).toMatchObject({ likes: 0, likedByMe: false });
});
