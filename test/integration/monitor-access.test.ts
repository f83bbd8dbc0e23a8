import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '#src/accounts/index.js';
import type { SessionAnswer } from '#src/monitor/types.js';
import { failure } from '../support/api.js';
import { actionHeaders, bodyOf, type OpenMonitor, openMonitor } from '../support/monitor-server.js';

const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
const token = 'a-token-of-the-tests-1';

describe('the monitor', () => {
  let monitor: OpenMonitor;
  let staffId: number;
  beforeAll(async () => {
    monitor = await openMonitor('postgres');
    const password_hash = await hashPassword('correct horse battery');
    const person = { name: 'Ada Example', password_hash };
    const [staff] = await monitor.database.db
      .insertInto('users')
      .values([
        { ...person, email: 'ada@example.com', username: 'ada', is_staff: true },
        { ...person, email: 'bob@example.com', username: 'bob' },
      ])
      .returning('id')
      .execute();
    staffId = staff!.id;
  });
  afterAll(() => monitor.close());

  const logIn = (app: OpenMonitor['app'], user: string, password: string, remoteAddress = '127.0.0.1') =>
    app.inject({ method: 'POST', url: '/api/login', payload: { user, password }, headers: actionHeaders, remoteAddress });
  const cookieFrom = (answer: Awaited<ReturnType<typeof logIn>>) => ({
    cookie: String(answer.headers['set-cookie']).split(';')[0]!,
  });

  it('is open on this machine, under its own names only', async () => {
    expect(bodyOf<SessionAnswer>(await monitor.get('/api/session'))).toMatchObject({
      user: null,
      loginRequired: false,
      canSeeAnalytics: false,
      version: '1.2.3',
    });
    expect((await monitor.get('/api/queues')).statusCode).toBe(200);
    expect(failure(await monitor.get('/api/queues', { host: 'evil.example' }))).toEqual([403, 'REQUEST_FOREIGN']);
    expect((await monitor.get('/healthcheck')).body).toBe('OK');
  });

  it('refuses actions that are not from its own pages', async () => {
    const send = (headers: Record<string, string>, payload = '{}') =>
      monitor.app.inject({ method: 'POST', url: '/api/queues/celery/pause', payload, headers });
    const { 'x-requested-with': _, ...plain } = actionHeaders;
    expect(failure(await send(plain))).toEqual([403, 'REQUEST_FOREIGN']);
    expect(failure(await send({ ...actionHeaders, origin: 'https://evil.example' }))).toEqual([403, 'REQUEST_FOREIGN']);
    expect(failure(await send({ ...actionHeaders, 'sec-fetch-site': 'cross-site' }))).toEqual([403, 'REQUEST_FOREIGN']);
    expect(failure(await send({ ...actionHeaders, 'content-type': 'text/plain' }))).toEqual([415, 'REQUEST_TYPE_UNSUPPORTED']);
    expect((await send({ ...actionHeaders, origin: 'http://localhost:80' })).statusCode).toBe(200);
    expect((await monitor.post('/api/queues/celery/resume')).statusCode).toBe(200);
  });

  it('sends pages and answers with a strict policy', async () => {
    const { headers } = await monitor.get('/api/session');
    expect(headers['content-security-policy']).toMatch(/default-src 'none';.*script-src 'self';.*frame-ancestors 'none'/);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('does not start where others could reach it without a login', async () => {
    await expect(monitor.build({ MONITOR_HOST: '0.0.0.0' })).rejects.toMatchObject({ code: 'MONITOR_UNPROTECTED' });
    await expect(monitor.build({ MONITOR_HOST: '::' })).rejects.toMatchObject({ code: 'MONITOR_UNPROTECTED' });
    await monitor.build({ MONITOR_HOST: '0.0.0.0', MONITOR_STAFF_LOGIN: 'true' });
  });

  it('asks for a login, and takes a user, a token or a staff account', async () => {
    const app = await monitor.build({ MONITOR_BASIC_AUTH: 'ops:open sesame,eve:x:y', MONITOR_TOKENS: token });
    const get = (headers: Record<string, string> = {}) => app.inject({ url: '/api/queues', headers });
    const refused = await get();
    expect(failure(refused)).toEqual([401, 'LOGIN_REQUIRED']);
    expect(refused.headers['www-authenticate']).toMatch(/^Basic/);
    expect((await get({ 'x-requested-with': 'journeyman' })).headers['www-authenticate']).toBeUndefined();
    expect(failure(await app.inject('/metrics'))).toEqual([401, 'LOGIN_REQUIRED']);
    expect((await app.inject('/healthcheck')).statusCode).toBe(200);
    expect(bodyOf<SessionAnswer>(await app.inject('/api/session'))).toMatchObject({
      loginRequired: true,
      broker: '',
      version: '',
    });

    expect((await get(basic('ops:open sesame'))).statusCode).toBe(200);
    expect((await get(basic('eve:x:y'))).statusCode).toBe(200);
    expect((await get({ authorization: `Bearer ${token}` })).statusCode).toBe(200);
    for (const headers of [basic('ops:wrong'), basic('ops'), { authorization: 'Bearer other' }, { authorization: 'Nonsense' }]) {
      expect(failure(await get(headers))).toEqual([401, 'LOGIN_REQUIRED']);
    }

    for (const [user, password] of [
      ['ops', 'open sesame'],
      ['ADA@example.com', 'correct horse battery'],
    ] as const) {
      const login = await logIn(app, user, password);
      expect(bodyOf<SessionAnswer>(login)).toMatchObject({ user: user.toLowerCase(), canSeeAnalytics: true });
      expect(login.headers['set-cookie']).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
      expect((await get(cookieFrom(login))).statusCode).toBe(200);
    }
    expect(failure(await logIn(app, 'bob@example.com', 'correct horse battery'))).toEqual([401, 'CREDENTIALS_INVALID']);
  });

  it('ends a login when it expires, is changed, or its account is', async () => {
    const app = await monitor.build({ MONITOR_STAFF_LOGIN: 'true' });
    const cookie = cookieFrom(await logIn(app, 'ada@example.com', 'correct horse battery'));
    const status = async (headers: Record<string, string>) => (await app.inject({ url: '/api/queues', headers })).statusCode;
    expect(await status(cookie)).toBe(200);
    expect(await status({ cookie: `${cookie.cookie.slice(0, -1)}${cookie.cookie.endsWith('A') ? 'B' : 'A'}` })).toBe(401);
    monitor.setClock(() => new Date(Date.now() + 13 * 3_600_000));
    expect(await status(cookie)).toBe(401);
    monitor.setClock(() => new Date());
    const setStaff = (is_staff: boolean) =>
      monitor.database.db.updateTable('users').set({ is_staff }).where('id', '=', staffId).execute();
    await setStaff(false);
    expect(await status(cookie)).toBe(401);
    await setStaff(true);
    await monitor.database.db.updateTable('users').set({ password_hash: 'another' }).where('id', '=', staffId).execute();
    expect(await status(cookie)).toBe(401);
  });

  it('lets nobody try passwords for long', async () => {
    const app = await monitor.build({ MONITOR_BASIC_AUTH: 'ops:open sesame' });
    const from = (remoteAddress: string, pair: string) => app.inject({ url: '/api/queues', headers: basic(pair), remoteAddress });
    for (let attempt = 0; attempt < 10; attempt++) {
      expect(failure(await from('10.0.0.1', `ops:${attempt}`))).toEqual([401, 'LOGIN_REQUIRED']);
    }
    expect(failure(await from('10.0.0.1', 'ops:open sesame'))).toEqual([429, 'RATE_LIMITED']);
    expect(failure(await logIn(app, 'ops', 'open sesame', '10.0.0.1'))).toEqual([429, 'RATE_LIMITED']);
    expect((await from('10.0.0.2', 'ops:open sesame')).statusCode).toBe(200);
    monitor.setClock(() => new Date(Date.now() + 6 * 60_000));
    expect((await from('10.0.0.1', 'ops:open sesame')).statusCode).toBe(200);
    monitor.setClock(() => new Date());
  });

  it('refuses every action when it is read-only, and shows all the same', async () => {
    const app = await monitor.build({ MONITOR_READ_ONLY: 'true' });
    const post = (url: string) => app.inject({ method: 'POST', url, payload: {}, headers: actionHeaders });
    for (const url of ['/api/queues/celery/pause', '/api/tasks/x/retry', '/api/workers/x/shutdown', '/api/schedule/x/run']) {
      expect(failure(await post(url))).toEqual([403, 'MONITOR_READ_ONLY']);
    }
    expect((await app.inject('/api/overview')).statusCode).toBe(200);
    expect(bodyOf<SessionAnswer>(await app.inject('/api/session')).readOnly).toBe(true);
  });

  it('is below a prefix when it is told so', async () => {
    const app = await monitor.build({ FLOWER_URL_PREFIX: '/tools/flower/' });
    expect((await app.inject('/tools/flower/api/session')).statusCode).toBe(200);
    expect(failure(await app.inject('/api/session'))).toEqual([404, 'ROUTE_NOT_FOUND']);
  });

  it('answers what it does not know in the shape of every error', async () => {
    expect(failure(await monitor.get('/api/nothing'))).toEqual([404, 'ROUTE_NOT_FOUND']);
    expect(failure(await monitor.post('/api/nothing'))).toEqual([404, 'ROUTE_NOT_FOUND']);
    expect(failure(await monitor.get('/api/tasks?query=state:NOPE'))).toEqual([400, 'QUERY_INVALID']);
    expect(failure(await monitor.get('/api/tasks?cursor=nonsense'))).toEqual([400, 'REQUEST_INVALID']);
    expect(failure(await monitor.get('/api/tasks?sort=secret'))).toEqual([400, 'REQUEST_INVALID']);
  });
});
