import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealer } from '#src/taskkit/index.js';
import { sendPasswordResetEmail } from '#src/tasks/email.js';
import { createTestApi, failure, password, type SignedUpUser, secretKey, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const newPassword = 'a new and long password';
let clients = 0;
/** Posts JSON, each time as another client. */
const post = (path: string, payload: object, remoteAddress = `10.3.${clients >> 8}.${clients++ & 255}`) =>
  api.app.inject({ method: 'POST', url: `/api/auth/${path}`, payload, remoteAddress });

/** The tokens that are on their way to a user, as the mails will have them. */
async function mailedTokens({ id }: { id: number }): Promise<string[]> {
  const sealer = createSealer(secretKey);
  const mails = (await api.outbox()).filter(({ name, args }) => name === sendPasswordResetEmail.taskName && args.userId === id);
  return mails.map(({ name, args }) => sealer.open(String(args.resetToken), `${name}/resetToken`));
}

/** Somebody who has asked for a new password, and the token that was mailed. */
async function forgetful(): Promise<{ user: SignedUpUser; token: string }> {
  const user = await api.signUp();
  await post('password-reset', { email: user.email });
  const [token] = await mailedTokens(user);
  return { user, token: token! };
}

const storedTokens = (userId: number) =>
  api.db.selectFrom('password_reset_tokens').selectAll().where('user_id', '=', userId).execute();

describe('asking for a new password', () => {
  it('sends a link that works for an hour, and stores only a hash of its token', async () => {
    const { user, token } = await forgetful();
    expect(token).toMatch(/^[\w-]{43}$/);
    const [stored, ...others] = await storedTokens(user.id);
    expect(others).toEqual([]);
    expect(stored!.expires_at.getTime() - stored!.created_at.getTime()).toBe(3600_000);
    const kept = JSON.stringify([stored, await api.outbox(), api.log]);
    expect(kept).not.toContain(token);
  });

  it('finds the account whatever the case of the address', async () => {
    const user = await api.signUp();
    await post('password-reset', { email: user.email.toUpperCase() });
    expect(await mailedTokens(user)).toHaveLength(1);
  });

  it('answers the same for an address that nobody has and for an account that is not active, and sends nothing', async () => {
    const known = await api.signUp();
    const inactive = await api.signUp();
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', inactive.id).execute();
    const before = await api.outbox();
    const unknownAnswers = [
      await post('password-reset', { email: 'nobody@example.com' }),
      await post('password-reset', { email: inactive.email }),
    ];
    expect(await api.outbox()).toEqual(before);

    const shape = ({ statusCode, body, headers }: typeof answer) => {
      const { 'x-request-id': _id, date: _date, ...same } = headers;
      return { statusCode, body, headers: same };
    };
    const answer = await post('password-reset', { email: known.email });
    expect(answer.statusCode).toBe(202);
    expect(unknownAnswers.map(shape)).toEqual([shape(answer), shape(answer)]);
  });

  it('makes earlier links useless', async () => {
    const { user, token: first } = await forgetful();
    await post('password-reset', { email: user.email });
    const [, second] = await mailedTokens(user);
    expect(failure(await post('password-reset/confirm', { token: first, password: newPassword }))).toEqual([
      400,
      'PASSWORD_RESET_INVALID',
    ]);
    expect((await post('password-reset/confirm', { token: second, password: newPassword })).statusCode).toBe(204);
  });

  it('leaves one link that works when it is asked for several times at once', async () => {
    const user = await api.signUp();
    await Promise.all([1, 2, 3].map(() => post('password-reset', { email: user.email })));
    expect(await mailedTokens(user)).toHaveLength(3);
    expect(await storedTokens(user.id)).toHaveLength(1);
  });

  it('removes what has expired', async () => {
    const { user } = await forgetful();
    await api.db
      .updateTable('password_reset_tokens')
      .set({ expires_at: new Date('2020-01-01') })
      .where('user_id', '=', user.id)
      .execute();
    await forgetful();
    expect(await storedTokens(user.id)).toEqual([]);
  });

  it('is limited for one address, known or not, whoever asks', async () => {
    for (const email of [(await api.signUp()).email, 'limited@example.com']) {
      const answers = [];
      for (let attempt = 0; attempt < 4; attempt += 1) answers.push(await post('password-reset', { email }));
      expect(answers.slice(0, 3).map(({ statusCode }) => statusCode)).toEqual([202, 202, 202]);
      expect(failure(answers[3]!)).toEqual([429, 'RATE_LIMITED']);
      expect(Number(answers[3]!.headers['retry-after'])).toBeGreaterThan(0);
      expect((await post('password-reset', { email: email.toUpperCase() })).statusCode).toBe(429);
    }
  });

  it('is limited for one client, whatever the addresses', async () => {
    const answers = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      answers.push(await post('password-reset', { email: 'no address' }, '10.3.255.1'));
    }
    expect(answers.slice(0, 5).map(failure)).toEqual(Array(5).fill([400, 'REQUEST_INVALID']));
    expect(failure(answers[5]!)).toEqual([429, 'RATE_LIMITED']);
  });
});

describe('choosing a new password', () => {
  it('lets the user log in with it, no longer with the old one, and ends every session', async () => {
    const { user, token } = await forgetful();
    const other = (await post('login', { email: user.email, password })).json();
    const answer = await post('password-reset/confirm', { token, password: newPassword });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);

    expect(failure(await post('login', { email: user.email, password }))).toEqual([401, 'CREDENTIALS_INVALID']);
    expect((await post('login', { email: user.email, password: newPassword })).statusCode).toBe(200);
    for (const { refreshToken } of [user, other]) {
      expect(failure(await post('refresh', { refreshToken }))).toEqual([401, 'REFRESH_TOKEN_INVALID']);
    }
    expect(JSON.stringify([await api.outbox(), api.log])).not.toContain(newPassword);
  });

  it('keeps the sessions begun since when a page left open refreshes its old one', async () => {
    const { user, token } = await forgetful();
    await post('password-reset/confirm', { token, password: newPassword });
    const session = (await post('login', { email: user.email, password: newPassword })).json();
    await post('refresh', { refreshToken: user.refreshToken });
    expect((await post('refresh', { refreshToken: session.refreshToken })).statusCode).toBe(200);
  });

  it('tells the user', async () => {
    const { user, token } = await forgetful();
    await post('password-reset/confirm', { token, password: newPassword });
    const told = (await api.outbox()).filter(({ args }) => args.userId === user.id).at(-1);
    expect(told).toMatchObject({
      name: 'tasks.notification_tasks.send_notification_async',
      args: { notificationType: 'password_changed', title: 'Your password was changed' },
    });
  });

  it('works once, and for one of several who use the link at once', async () => {
    const { token } = await forgetful();
    const attempts = ['one long password', 'two long password', 'three long password'];
    const answers = await Promise.all(attempts.map((choice) => post('password-reset/confirm', { token, password: choice })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 400, 400]);
    const again = await post('password-reset/confirm', { token, password: newPassword });
    expect(failure(again)).toEqual([400, 'PASSWORD_RESET_INVALID']);
  });

  it('ends a session that is refreshed at the same time', async () => {
    const { user, token } = await forgetful();
    const [reset, refreshed] = await Promise.all([
      post('password-reset/confirm', { token, password: newPassword }),
      post('refresh', { refreshToken: user.refreshToken }),
    ]);
    expect(reset.statusCode).toBe(204);
    const { refreshToken = user.refreshToken } = refreshed.json();
    expect(failure(await post('refresh', { refreshToken }))).toEqual([401, 'REFRESH_TOKEN_INVALID']);
  });

  it('refuses a token that is unknown, has expired, or is of an account that is not active', async () => {
    const expired = await forgetful();
    await api.db
      .updateTable('password_reset_tokens')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('user_id', '=', expired.user.id)
      .execute();
    const inactive = await forgetful();
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', inactive.user.id).execute();
    for (const token of [expired.token, inactive.token, 'unknown', '']) {
      const answer = await post('password-reset/confirm', { token, password: newPassword });
      expect(failure(answer)).toEqual([400, 'PASSWORD_RESET_INVALID']);
    }
    expect((await post('login', { email: expired.user.email, password })).statusCode).toBe(200);
  });

  it('asks as much of a password as registration does, and keeps the link when it is refused', async () => {
    const { token } = await forgetful();
    for (const refused of ['too short', 'x'.repeat(201), undefined]) {
      const answer = await post('password-reset/confirm', { token, password: refused });
      expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
      expect(Object.keys(answer.json().error.fields)).toEqual(['password']);
    }
    expect((await post('password-reset/confirm', { token, password: newPassword })).statusCode).toBe(204);
  });
});
