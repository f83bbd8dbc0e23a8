import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

let requests = 0;
/** Each request from another address, since what one address asks for is limited. */
const call = (method: 'GET' | 'POST' | 'DELETE', url: string, who: SignedUpUser, payload?: object) =>
  api.app.inject({
    method,
    url: `/api${url}`,
    headers: who.headers,
    remoteAddress: `10.5.${requests >> 8}.${requests++ & 255}`,
    ...(payload && { payload }),
  });
const pair = () => Promise.all([api.signUp({ name: 'Ada Asks' }), api.signUp({ name: 'Grace Answers' })]);
const ask = (who: SignedUpUser, whom: SignedUpUser) => call('POST', '/connections', who, { userId: whom.id });
const answer = (id: number, verb: 'accept' | 'decline', who: SignedUpUser) => call('POST', `/connections/${id}/${verb}`, who);

const notificationsFor = async ({ id }: SignedUpUser) =>
  (await api.outbox())
    .filter(({ name, args }) => name.endsWith('send_notification_async') && args.userId === id)
    .map(({ args }) => args);
const activityOf = async ({ id }: SignedUpUser) => {
  const events = api.db
    .selectFrom('activity_events')
    .select('kind')
    .where('user_id', '=', id)
    .where('kind', '<>', 'login')
    .orderBy('id');
  return (await events.execute()).map(({ kind }) => kind);
};

describe('a request to connect', () => {
  it('waits for an answer, and the one who is asked is told', async () => {
    const [ada, grace] = await pair();
    const asked = await ask(ada, grace);
    expect(asked.statusCode).toBe(201);
    expect(asked.json()).toEqual({
      id: expect.any(Number),
      status: 'pending',
      direction: 'sent',
      user: { id: grace.id, username: expect.any(String), name: 'Grace Answers', headline: null },
      createdAt: expect.any(String),
      answeredAt: null,
    });
    expect((await call('GET', '/connections', grace)).json().items).toEqual([
      { ...asked.json(), direction: 'received', user: expect.objectContaining({ id: ada.id, name: 'Ada Asks' }) },
    ]);
    expect(await notificationsFor(grace)).toEqual([
      {
        userId: grace.id,
        notificationType: 'connection',
        title: 'New invitation',
        message: 'Ada Asks would like to connect with you',
        relatedUserId: ada.id,
      },
    ]);
    expect(await activityOf(ada)).toEqual(['connection_requested']);
  });

  it('exists once between two people, whoever asks, even when both ask at once', async () => {
    const [ada, grace] = await pair();
    const answers = await Promise.all([ask(ada, grace), ask(grace, ada), ask(ada, grace), ask(grace, ada)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409]);
    expect(failure(await ask(ada, grace))).toEqual([409, 'CONNECTION_EXISTS']);
    expect((await call('GET', '/connections', ada)).json().total).toBe(1);
  });

  it('is not made to oneself, to nobody, or to somebody who has left', async () => {
    const [ada, grace] = await pair();
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', grace.id).execute();
    expect(failure(await ask(ada, ada))).toEqual([403, 'NOT_ALLOWED']);
    expect(failure(await ask(ada, grace))).toEqual([404, 'USER_NOT_FOUND']);
    for (const [userId, expected] of [
      [999_999, [404, 'USER_NOT_FOUND']],
      [0, [400, 'REQUEST_INVALID']],
      ['1', [400, 'REQUEST_INVALID']],
      [1e300, [400, 'REQUEST_INVALID']],
    ] as const) {
      expect(failure(await call('POST', '/connections', ada, { userId }))).toEqual(expected);
    }
  });

  it('that is taken back and made again is not announced again', async () => {
    const [ada, grace] = await pair();
    const { id } = (await ask(ada, grace)).json();
    expect((await call('DELETE', `/connections/${id}`, ada)).statusCode).toBe(204);
    expect((await ask(ada, grace)).statusCode).toBe(201);
    expect(await notificationsFor(grace)).toHaveLength(1);
  });
});

describe('an answer', () => {
  it('connects the two, and the one who asked is told, once however often it is given', async () => {
    const [ada, grace] = await pair();
    const { id } = (await ask(ada, grace)).json();
    const answers = await Promise.all([1, 2, 3].map(() => answer(id, 'accept', grace)));
    for (const accepted of answers) {
      expect(accepted.statusCode).toBe(200);
      expect(accepted.json()).toMatchObject({ id, status: 'accepted', answeredAt: expect.any(String) });
    }
    expect(await notificationsFor(ada)).toEqual([
      expect.objectContaining({
        title: 'New connection',
        message: 'Grace Answers accepted your invitation',
        relatedUserId: grace.id,
      }),
    ]);
    expect(await activityOf(grace)).toEqual(['connection']);
    expect(failure(await answer(id, 'decline', grace))).toEqual([404, 'CONNECTION_NOT_FOUND']);
  });

  it('is given by the one who is asked alone', async () => {
    const [ada, grace] = await pair();
    const eve = await api.signUp();
    const { id } = (await ask(ada, grace)).json();
    for (const who of [ada, eve]) {
      for (const verb of ['accept', 'decline'] as const) {
        expect(failure(await answer(id, verb, who))).toEqual([404, 'CONNECTION_NOT_FOUND']);
      }
    }
    expect((await call('GET', '/connections', grace)).json().items[0].status).toBe('pending');
    expect((await answer(id, 'accept', grace)).statusCode).toBe(200);
    expect(failure(await answer(id, 'accept', ada))).toEqual([404, 'CONNECTION_NOT_FOUND']);
  });

  it('is one of two when both come at once', async () => {
    const [ada, grace] = await pair();
    const { id } = (await ask(ada, grace)).json();
    const answers = await Promise.all([answer(id, 'accept', grace), answer(id, 'decline', grace)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404]);
  });

  it('that declines tells nobody, and stands: only the one who declined may ask in turn', async () => {
    const [ada, grace] = await pair();
    const { id } = (await ask(ada, grace)).json();
    expect((await answer(id, 'decline', grace)).json()).toMatchObject({ status: 'declined' });
    expect(await notificationsFor(ada)).toEqual([]);

    expect(failure(await ask(ada, grace))).toEqual([409, 'CONNECTION_EXISTS']);
    expect(failure(await call('DELETE', `/connections/${id}`, ada))).toEqual([404, 'CONNECTION_NOT_FOUND']);

    expect((await ask(grace, ada)).json()).toMatchObject({ id, status: 'pending', direction: 'sent', answeredAt: null });
    expect((await answer(id, 'accept', ada)).json()).toMatchObject({ status: 'accepted', direction: 'received' });
  });
});

describe('the list of connections', () => {
  it('is the user’s own, a page at a time, newest first, of one status when asked', async () => {
    const [ada, grace] = await pair();
    const others = [await api.signUp(), await api.signUp(), await api.signUp()];
    const ids: number[] = [];
    for (const other of others) ids.push((await ask(other, ada)).json().id);
    await answer(ids[0]!, 'accept', ada);
    await answer(ids[1]!, 'decline', ada);

    const list = async (query: string, who = ada) => {
      const { items, ...rest } = (await call('GET', `/connections${query}`, who)).json();
      return { ids: items.map(({ id }: { id: number }) => id), ...rest };
    };
    expect(await list('')).toEqual({ ids: ids.toReversed(), page: 1, pageSize: 20, total: 3 });
    expect(await list('?page=2&pageSize=2')).toEqual({ ids: [ids[0]], page: 2, pageSize: 2, total: 3 });
    expect(await list('?status=accepted')).toEqual({ ids: [ids[0]], page: 1, pageSize: 20, total: 1 });
    expect(await list('?status=pending')).toMatchObject({ ids: [ids[2]], total: 1 });
    expect(await list('', grace)).toMatchObject({ ids: [], total: 0 });
    expect(failure(await call('GET', '/connections?status=blocked', ada))).toEqual([400, 'REQUEST_INVALID']);
  });
});

it('a connection is ended by either of the two, and by nobody else', async () => {
  const eve = await api.signUp();
  for (const end of ['requester', 'addressee'] as const) {
    const [ada, grace] = await pair();
    const { id } = (await ask(ada, grace)).json();
    await answer(id, 'accept', grace);
    const ender = end === 'requester' ? ada : grace;
    expect(failure(await call('DELETE', `/connections/${id}`, eve))).toEqual([404, 'CONNECTION_NOT_FOUND']);
    const answers = await Promise.all([1, 2].map(() => call('DELETE', `/connections/${id}`, ender)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 404]);
    expect((await call('GET', '/connections', ada)).json().total).toBe(0);
  }
});
