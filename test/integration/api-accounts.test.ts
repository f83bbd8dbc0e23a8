import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestApi, failure, password, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

let addresses = 0;
/** Posts JSON, each time from another address. */
const post = (path: string, payload: object, remoteAddress = `10.1.${addresses >> 8}.${addresses++ & 255}`) =>
  api.app.inject({ method: 'POST', url: `/api/auth/${path}`, payload, remoteAddress });
const me = (accessToken: string) => api.app.inject({ url: '/api/me', headers: { authorization: `Bearer ${accessToken}` } });

const person = (email: string, more: object = {}) => ({ email, name: 'Grace Example', password, ...more });

describe('registration', () => {
  it('creates the account, logs in, and leaves the welcome mail and the check for achievements in the outbox', async () => {
    const answer = await post('register', person('Grace@Example.com', { username: 'grace' }));
    expect(answer.statusCode).toBe(201);
    const { user, accessToken, refreshToken, expiresIn } = answer.json();
    expect(user).toMatchObject({ email: 'grace@example.com', username: 'grace', name: 'Grace Example', isStaff: false });
    expect(refreshToken).toMatch(/^[\w-]{43}$/);
    expect(expiresIn).toBe(900);
    expect((await me(accessToken)).json()).toEqual(user);

    const enqueued = (await api.outbox()).filter(({ args }) => args.userId === user.id);
    expect(enqueued.map(({ name }) => name)).toEqual([
      'tasks.email_tasks.send_welcome_email',
      'tasks.achievement_tasks.check_user_achievements',
    ]);
  });

  it('stores neither the password nor the refresh token, and tells no hash', async () => {
    const answer = await post('register', person('secret@example.com'));
    const { user, refreshToken } = answer.json();
    const row = await api.db.selectFrom('users').selectAll().where('id', '=', user.id).executeTakeFirstOrThrow();
    const tokens = await api.db.selectFrom('refresh_tokens').selectAll().where('user_id', '=', user.id).execute();
    expect(JSON.stringify([row, tokens])).not.toMatch(new RegExp(`${password}|${refreshToken}`));
    expect(answer.body).not.toContain('scrypt');
    expect(JSON.stringify(api.log)).not.toContain(password);
  });

  it('makes a username from the name when none is chosen', async () => {
    const names = ['Zoë  O’Hara', '王小明', 'Zoë  O’Hara'];
    const answers = await Promise.all(names.map((name, i) => post('register', person(`name${i}@example.com`, { name }))));
    const usernames = answers.map((answer) => answer.json().user.username);
    expect(usernames).toEqual([
      expect.stringMatching(/^zoe-o-hara-[0-9a-f]{8}$/),
      expect.stringMatching(/^user-[0-9a-f]{8}$/),
      expect.stringMatching(/^zoe-o-hara-[0-9a-f]{8}$/),
    ]);
    expect(new Set(usernames).size).toBe(3);
  });

  it('refuses an e-mail address or a username that is taken, whatever its case, and enqueues nothing then', async () => {
    await post('register', person('taken@example.com', { username: 'taken' }));
    const before = await api.outbox();
    expect(failure(await post('register', person('TAKEN@example.com')))).toEqual([409, 'EMAIL_TAKEN']);
    expect(failure(await post('register', person('other@example.com', { username: 'Taken' })))).toEqual([409, 'USERNAME_TAKEN']);
    expect(await api.outbox()).toEqual(before);
  });

  it('creates one account when the same address registers several times at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => post('register', person('race@example.com'))));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409]);
    expect(answers.filter(({ statusCode }) => statusCode === 409).map(failure)).toEqual(Array(3).fill([409, 'EMAIL_TAKEN']));
  });

  it.each([
    ['email', { email: 'not an address' }],
    ['email', { email: `${'a'.repeat(250)}@example.com` }],
    ['email', { email: 42 }],
    ['name', { name: '   ' }],
    ['name', { name: 'NUL \u0000' }],
    ['name', { name: 'x'.repeat(101) }],
    ['username', { username: 'has spaces' }],
    ['username', { username: '-dash' }],
    ['password', { password: 'too short' }],
    ['password', { password: 'x'.repeat(201) }],
    ['password', { password: undefined }],
  ])('names the field %s that is wrong in %j', async (field, wrong) => {
    const answer = await post('register', { ...person('fine@example.com'), ...wrong });
    expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
    expect(Object.keys(answer.json().error.fields)).toEqual([field]);
  });

  it('takes a name with emoji, markup and quotes as it is', async () => {
    const name = `<b>Ada</b> "O'Neil" {{ name }} 👩‍💻 'مرحبا'`;
    const answer = await post('register', person('markup@example.com', { name }));
    expect(answer.json().user.name).toBe(name);
  });
});

describe('login', () => {
  it('answers new tokens and notes that the user was seen', async () => {
    const user = await api.signUp({ email: 'login@example.com' });
    await api.db.updateTable('users').set({ last_seen_at: null }).where('id', '=', user.id).execute();
    const answer = await post('login', { email: 'Login@Example.com', password });
    expect(answer.statusCode).toBe(200);
    expect((await me(answer.json().accessToken)).json().id).toBe(user.id);
    expect(await lastSeen(user.id)).toBeInstanceOf(Date);
  });

  it('answers the same for a wrong password, an unknown address and an account that is not active', async () => {
    const inactive = await api.signUp({ email: 'inactive@example.com' });
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', inactive.id).execute();
    await api.signUp({ email: 'active@example.com' });
    const answers = [
      await post('login', { email: 'active@example.com', password: 'not the password' }),
      await post('login', { email: 'nobody@example.com', password }),
      await post('login', { email: 'inactive@example.com', password }),
    ];
    expect(answers.map(failure)).toEqual(Array(3).fill([401, 'CREDENTIALS_INVALID']));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  });

  it('is limited for one address, and says when to try again', async () => {
    const attempts = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      attempts.push(await post('login', { email: 'broken', password }, '10.9.9.9'));
    }
    expect(attempts.slice(0, 10).map(failure)).toEqual(Array(10).fill([400, 'REQUEST_INVALID']));
    expect(failure(attempts[10]!)).toEqual([429, 'RATE_LIMITED']);
    expect(Number(attempts[10]!.headers['retry-after'])).toBeGreaterThan(0);
    expect(attempts[10]!.json().error.message).toMatch(/Try again in \d+ s/);
  });
});

describe('refreshing', () => {
  it('exchanges a refresh token for new ones', async () => {
    const user = await api.signUp();
    const answer = await post('refresh', { refreshToken: user.refreshToken });
    expect(answer.statusCode).toBe(200);
    expect((await me(answer.json().accessToken)).json().id).toBe(user.id);
    expect((await post('refresh', { refreshToken: answer.json().refreshToken })).statusCode).toBe(200);
  });

  it('ends every session of the user when a token comes a second time', async () => {
    const user = await api.signUp();
    const next = (await post('refresh', { refreshToken: user.refreshToken })).json();
    expect(failure(await post('refresh', { refreshToken: user.refreshToken }))).toEqual([401, 'REFRESH_TOKEN_INVALID']);
    expect(failure(await post('refresh', { refreshToken: next.refreshToken }))).toEqual([401, 'REFRESH_TOKEN_INVALID']);
  });

  it('lets one succeed of several that use the same token at once', async () => {
    const user = await api.signUp();
    const answers = await Promise.all([1, 2, 3, 4].map(() => post('refresh', { refreshToken: user.refreshToken })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401, 401, 401]);
  });

  it('refuses a token that has expired, is unknown, or is of an account that is not active', async () => {
    const expired = await api.signUp();
    await api.db
      .updateTable('refresh_tokens')
      .set({ expires_at: new Date('2020-01-01') })
      .where('user_id', '=', expired.id)
      .execute();
    const inactive = await api.signUp();
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', inactive.id).execute();
    for (const refreshToken of [expired.refreshToken, inactive.refreshToken, 'unknown', '']) {
      expect(failure(await post('refresh', { refreshToken }))).toEqual([401, 'REFRESH_TOKEN_INVALID']);
    }
  });
});

describe('logging out', () => {
  it('ends the session, and no other one of the user', async () => {
    const user = await api.signUp();
    const other = (await post('login', { email: user.email, password })).json();
    const answer = await post('logout', { refreshToken: user.refreshToken });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(failure(await post('refresh', { refreshToken: user.refreshToken }))).toEqual([401, 'REFRESH_TOKEN_INVALID']);
    expect((await post('refresh', { refreshToken: other.refreshToken })).statusCode).toBe(200);
  });

  it('answers the same a second time and for a token that is unknown', async () => {
    const { refreshToken } = await api.signUp();
    for (const token of [refreshToken, refreshToken, 'unknown']) {
      expect((await post('logout', { refreshToken: token })).statusCode).toBe(204);
    }
  });
});

describe('the own account', () => {
  let headers: SignedUpUser['headers'];
  beforeAll(async () => {
    headers = (await api.signUp()).headers;
  });
  const change = (who: SignedUpUser['headers'], payload: object) =>
    api.app.inject({ method: 'PATCH', url: '/api/me', headers: who, payload });

  it('changes in the fields that are sent, and keeps the others', async () => {
    const user = await api.signUp({ name: 'Ada Example' });
    const answer = await change(user.headers, {
      headline: '  Engineer  ',
      location: 'Łódź, Polska',
      timezone: 'Europe/Warsaw',
      level: 'senior',
    });
    const changed = {
      name: 'Ada Example',
      headline: 'Engineer',
      location: 'Łódź, Polska',
      timezone: 'Europe/Warsaw',
      level: 'senior',
    };
    expect([answer.statusCode, answer.json()]).toEqual([200, expect.objectContaining(changed)]);

    const again = await change(user.headers, { name: 'Ada Lovelace', headline: null, level: null });
    const expected = { ...changed, name: 'Ada Lovelace', headline: null, level: null };
    expect(again.json()).toMatchObject(expected);
    expect((await me(user.accessToken)).json()).toEqual(again.json());
  });

  it.each([
    ['name', ''],
    ['name', null],
    ['name', 'two\nlines'],
    ['headline', 'x'.repeat(201)],
    ['headline', 'bell \u0007'],
    ['headline', 'half a pair \ud83d'],
    ['location', 42],
    ['timezone', 'Mars/Olympus'],
    ['timezone', '+02:00'],
    ['timezone', ''],
    ['level', 'wizard'],
  ])('refuses %s: %j', async (field, value) => {
    const answer = await change(headers, { [field]: value });
    expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
    expect(Object.keys(answer.json().error.fields)).toEqual([field]);
  });

  it('takes no change of what is not the user’s to change', async () => {
    const user = await api.signUp();
    await change(user.headers, { isStaff: true, is_staff: true, isPremium: true, email: 'other@example.com', name: 'Ada' });
    const row = await api.db.selectFrom('users').selectAll().where('id', '=', user.id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ name: 'Ada', is_staff: false, is_premium: false });
    expect(row.email).not.toBe('other@example.com');
  });

  it('is the activity of its user, as is logging in', async () => {
    const user = await api.signUp();
    await change(user.headers, { headline: 'Engineer' });
    await post('login', { email: user.email, password });
    await post('login', { email: user.email, password: 'not the password' });
    const events = await api.db
      .selectFrom('activity_events')
      .select('kind')
      .where('user_id', '=', user.id)
      .orderBy('id')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(['login', 'profile_updated', 'login']);
  });
});

describe('a route for users', () => {
  it('asks for an access token', async () => {
    expect(failure(await api.app.inject('/api/me'))).toEqual([401, 'TOKEN_MISSING']);
    const basic = { authorization: 'Basic dXNlcjpwYXNz' };
    expect(failure(await api.app.inject({ url: '/api/me', headers: basic }))).toEqual([401, 'TOKEN_MISSING']);
  });

  it('refuses a forged token, one without a signature, and a refresh token', async () => {
    const { id, accessToken, refreshToken } = await api.signUp();
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ sub: String(id), exp: 9_999_999_999 })}.`;
    const [header, , signature] = accessToken.split('.');
    const forged = `${header}.${encode({ sub: '1', exp: 9_999_999_999 })}.${signature}`;
    for (const token of [unsigned, forged, refreshToken, 'x', `${accessToken}x`]) {
      expect(failure(await me(token))).toEqual([401, 'TOKEN_INVALID']);
    }
  });

  it('refuses a token after 15 minutes', async () => {
    const { accessToken } = await api.signUp();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() + 14 * 60_000);
      expect((await me(accessToken)).statusCode).toBe(200);
      vi.setSystemTime(Date.now() + 2 * 60_000);
      expect(failure(await me(accessToken))).toEqual([401, 'TOKEN_INVALID']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses a token at once when its user is gone or no longer active', async () => {
    const inactive = await api.signUp();
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', inactive.id).execute();
    const deleted = await api.signUp();
    await api.db.deleteFrom('users').where('id', '=', deleted.id).execute();
    expect(failure(await me(inactive.accessToken))).toEqual([401, 'TOKEN_INVALID']);
    expect(failure(await me(deleted.accessToken))).toEqual([401, 'TOKEN_INVALID']);
  });

  it('notes that the user was seen, once an hour', async () => {
    const { id, accessToken } = await api.signUp();
    const recently = new Date(Date.now() - 30 * 60_000);
    await api.db.updateTable('users').set({ last_seen_at: recently }).where('id', '=', id).execute();
    await me(accessToken);
    expect(await lastSeen(id)).toEqual(recently);

    await api.db
      .updateTable('users')
      .set({ last_seen_at: new Date('2020-01-01') })
      .where('id', '=', id)
      .execute();
    await me(accessToken);
    expect((await lastSeen(id))!.getTime()).toBeGreaterThan(recently.getTime());
  });
});

async function lastSeen(userId: number): Promise<Date | null> {
  const row = await api.db.selectFrom('users').select('last_seen_at').where('id', '=', userId).executeTakeFirstOrThrow();
  return row.last_seen_at;
}
