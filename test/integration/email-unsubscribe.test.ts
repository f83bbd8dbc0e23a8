import { createHash, createHmac } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnsubscribeLinks } from '#src/email/index.js';
import { createUnsubscribeTokens } from '#src/email/unsubscribe.js';
import { createTestApi, type SignedUpUser, secretKey, type TestApi } from '../support/api.js';

const tokens = createUnsubscribeTokens(secretKey);

let api: TestApi;
let user: SignedUpUser;
beforeAll(async () => {
  api = await createTestApi();
  user = await api.signUp();
});
afterAll(() => api.close());

const open = (token: string) => api.app.inject({ url: '/api/unsubscribe', query: { token } });
const post = (token: string, more: InjectOptions = {}) =>
  api.app.inject({ method: 'POST', url: '/api/unsubscribe', query: { token }, ...more });
const oneClick: InjectOptions = {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  payload: 'List-Unsubscribe=One-Click',
};

const changes = () => api.db.selectFrom('email_preferences').selectAll().orderBy('user_id').orderBy('kind').execute();

async function switchedOff({ headers }: SignedUpUser): Promise<string[]> {
  const answer = await api.app.inject({ url: '/api/me/email-preferences', headers });
  const { preferences } = answer.json<{ preferences: { kind: string; enabled: boolean }[] }>();
  return preferences.filter(({ enabled }) => !enabled).map(({ kind }) => kind);
}

describe('the link in a mail', () => {
  it('leads to the API, under its address from outside', () => {
    const link = createUnsubscribeLinks({ secretKey, apiUrl: 'https://api.example.com/base' });
    const token = tokens.create({ userId: 42, kind: 'digest' });
    expect(link({ userId: 42, kind: 'digest' })).toBe(`https://api.example.com/base/api/unsubscribe?token=${token}`);
    expect(encodeURIComponent(token)).toBe(token);
  });

  it('opens a page that asks, and changes nothing however often it is opened', async () => {
    const token = tokens.create({ userId: user.id, kind: 'digest' });
    for (const method of ['GET', 'HEAD', 'GET'] as const) {
      const answer = await api.app.inject({ method, url: '/api/unsubscribe', query: { token } });
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    }
    expect((await open(token)).body).toMatch(/daily digest[\s\S]*<form method="post"><button>Unsubscribe<\/button><\/form>/);
    expect(await switchedOff(user)).toEqual([]);
  });

  it('is a page without scripts that loads nothing, is not kept and tells no other site its address', async () => {
    const { body, headers } = await open(tokens.create({ userId: user.id, kind: 'digest' }));
    expect(body).not.toMatch(/<script|<link|<img|\son\w+=|javascript:|https?:/);
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(body)!;
    const hash = createHash('sha256').update(style!).digest('base64');
    expect(headers).toMatchObject({
      'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
  });

  it('unsubscribes from that kind of mail by the button of its page, without a login', async () => {
    const someone = await api.signUp();
    const token = tokens.create({ userId: someone.id, kind: 'weekly_report' });
    const answer = await post(token, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: '' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('You get no more mails about your week');
    expect(answer.body).toContain('href="https://careers.example/app/settings/notifications"');
    expect(await switchedOff(someone)).toEqual(['weekly_report']);
    expect(await switchedOff(user)).toEqual([]);
  });

  it.each([
    ['a form', oneClick],
    [
      'a multipart form',
      {
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        payload: '--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
      },
    ],
    ['no body', {}],
  ] satisfies [string, InjectOptions][])(
    'unsubscribes by the one click of a mail program that sends %s (RFC 8058)',
    async (_, request) => {
      const someone = await api.signUp();
      expect((await post(tokens.create({ userId: someone.id, kind: 'mentoring' }), request)).statusCode).toBe(200);
      expect(await switchedOff(someone)).toEqual(['mentoring']);
    },
  );

  it('does so once, however often and at once it is asked', async () => {
    const someone = await api.signUp();
    const token = tokens.create({ userId: someone.id, kind: 'courses' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(token, oneClick)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect(await switchedOff(someone)).toEqual(['courses']);
  });

  it('does no harm after the account is gone', async () => {
    const someone = await api.signUp();
    await api.db.deleteFrom('users').where('id', '=', someone.id).execute();
    expect((await post(tokens.create({ userId: someone.id, kind: 'digest' }), oneClick)).statusCode).toBe(200);
    expect(await api.db.selectFrom('email_preferences').select('kind').where('user_id', '=', someone.id).execute()).toEqual([]);
  });
});

describe('a link that is none of ours', () => {
  const valid = tokens.create({ userId: 1, kind: 'digest' });
  const [userId, kind, signature] = valid.split('.') as [string, string, string];
  const forged = createHmac('sha256', secretKey).update('1.digest').digest('base64url');

  it.each([
    ['another user', `2.${kind}.${signature}`],
    ['another kind', `${userId}.courses.${signature}`],
    ['a kind that is none', `${userId}.welcome.${signature}`],
    ['the key of something else', `1.digest.${forged}`],
    ['the key of another platform', createUnsubscribeTokens('another secret key').create({ userId: 1, kind: 'digest' })],
    ['a user with leading zeros', `0${valid}`],
    ['a signature cut short', valid.slice(0, -1)],
    ['more after it', `${valid}x`],
    ['a line end after it', `${valid}\n`],
    ['nothing in it', ''],
    ['markup in it', '<script>alert(1)</script>'],
    ['ten thousand characters', 'x'.repeat(10_000)],
  ])('is refused: %s', async (_, token) => {
    expect(tokens.read(token)).toBeUndefined();
    const before = await changes();
    for (const answer of [await open(token), await post(token, oneClick)]) {
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
      expect(answer.body).toContain('This link to unsubscribe is not valid.');
      expect(answer.body).not.toContain('<script');
    }
    expect(await changes()).toEqual(before);
  });

  it('is refused without a token and with two', async () => {
    for (const url of ['/api/unsubscribe', `/api/unsubscribe?token=${valid}&token=${valid}`]) {
      expect((await api.app.inject(url)).statusCode).toBe(400);
    }
  });

  it('is in no log', () => {
    expect(JSON.stringify(api.log)).not.toMatch(/\d+\.(digest|courses|mentoring|weekly_report)\.|token/);
  });
});
