import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

const kinds = ['achievements', 'job_matches', 'mentoring', 'courses', 'digest', 'weekly_report'];

let api: TestApi;
let user: SignedUpUser;
beforeAll(async () => {
  api = await createTestApi();
  user = await api.signUp();
});
afterAll(() => api.close());

const url = '/api/me/email-preferences';
const read = async ({ headers }: SignedUpUser) => (await api.app.inject({ url, headers })).json();
const write = ({ headers }: SignedUpUser, preferences: unknown) =>
  api.app.inject({ method: 'PUT', url, headers, payload: { preferences } });

describe('the preferences for mails', () => {
  it('are all on until the user says otherwise', async () => {
    expect(await read(user)).toEqual({ preferences: kinds.map((kind) => ({ kind, enabled: true })) });
  });

  it('are switched off and on again, one kind at a time, for that user alone', async () => {
    const other = await api.signUp();
    const off = await write(user, [
      { kind: 'digest', enabled: false },
      { kind: 'courses', enabled: false },
    ]);
    const wanted = (unwanted: string[]) => ({ preferences: kinds.map((kind) => ({ kind, enabled: !unwanted.includes(kind) })) });
    expect([off.statusCode, off.json()]).toEqual([200, wanted(['digest', 'courses'])]);
    expect(await read(user)).toEqual(off.json());
    expect(await read(other)).toEqual(wanted([]));

    expect((await write(user, [{ kind: 'courses', enabled: true }])).json()).toEqual(wanted(['digest']));
    expect((await write(user, [])).json()).toEqual(wanted(['digest']));
  });

  it('are as well when the same change is made by several requests at once', async () => {
    const everything = kinds.map((kind) => ({ kind, enabled: false }));
    const reversed = everything.toReversed();
    const answers = await Promise.all([everything, reversed, everything, reversed].map((change) => write(user, change)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect(await read(user)).toEqual({ preferences: everything });
  });

  it.each([
    ['a kind that is none', [{ kind: 'welcome', enabled: false }]],
    ['no word about on or off', [{ kind: 'digest' }]],
    ['something else than yes or no', [{ kind: 'digest', enabled: 'no' }]],
    [
      'a kind named twice',
      [
        { kind: 'digest', enabled: true },
        { kind: 'digest', enabled: false },
      ],
    ],
    ['no list', { digest: false }],
  ])('are not changed by %s', async (_, preferences) => {
    const before = await read(user);
    expect(failure(await write(user, preferences))).toEqual([400, 'REQUEST_INVALID']);
    expect(await read(user)).toEqual(before);
  });

  it('are for the user alone', async () => {
    expect(failure(await api.app.inject(url))).toEqual([401, 'TOKEN_MISSING']);
    expect(failure(await api.app.inject({ method: 'PUT', url, payload: { preferences: [] } }))).toEqual([401, 'TOKEN_MISSING']);
  });
});
