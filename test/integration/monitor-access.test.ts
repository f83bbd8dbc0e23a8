import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hashPassword } from '#src/accounts/index.js';
import type { SessionAnswer } from '#src/monitor/types/index.js';
import { resolveSchedule, task } from '#src/taskkit/index.js';
import { failure } from '../support/api.js';
import { actionHeaders, bodyOf, type OpenMonitor, openMonitor } from '../support/monitor-server.js';

const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
const token = 'a-token-of-the-tests-1';

const greet = task('tests.monitor_access.greet', { text: z.string() }, { returns: {} });
const schedule = resolveSchedule({ hourly: { task: greet.taskName, schedule: 3600, args: { text: 'x' } } }, 'UTC');

/** Every action with a body that it takes. */
const actions: Record<string, object> = {
  '/api/login': { user: 'ops', password: 'not to be written down' },
  '/api/logout': {},
  '/api/tasks': { name: greet.taskName, args: { text: 'not to be written down' } },
  '/api/tasks/:id/retry': {},
  '/api/tasks/:id/revoke': {},
  '/api/tasks/:id/run-again': { args: { text: 'not to be written down' } },
  '/api/workers/:name/shutdown': {},
  '/api/workers/:name/pool': { change: 1 },
  '/api/workers/:name/add-queue': { queue: 'email' },
  '/api/workers/:name/cancel-queue': { queue: 'email' },
  '/api/workers/:name/rate-limit': { task: greet.taskName, rate: '1/s' },
  '/api/workers/:name/time-limit': { task: greet.taskName, soft: 1, hard: 2 },
  '/api/queues/:name/pause': {},
  '/api/queues/:name/resume': {},
  '/api/queues/:name/retry-failed': {},
  '/api/queues/:name/drain': { confirm: 0 },
  '/api/schedule/:name/run': {},
  '/api/schedule/:name/pause': {},
  '/api/schedule/:name/resume': {},
  ...Object.fromEntries(
    ['platform', 'skills', 'courses', 'jobs', 'mentoring', 'growth', 'heatmap', 'leaderboard', 'reports', 'snapshots'].map(
      (figures) => [`/api/analytics/${figures}/refresh`, {}],
    ),
  ),
};
/** A path of an action with something in the place of each parameter. */
const filled = (url: string) => url.replace(':id', 'none').replace(':name', url.startsWith('/api/schedule') ? 'hourly' : 'none');

/** The paths of all POST routes, read from the tree that the server prints. */
function actionsOf(app: OpenMonitor['app']): string[] {
  const above: string[] = [];
  const lines = app.printRoutes({ method: 'POST', commonPrefix: false }).trimEnd().split('\n');
  return lines
    .map((line) => {
      const [, indent = '', part = ''] = /^(.*?)[├└]── (\S+) \(POST\)$/.exec(line) ?? [];
      const depth = indent.length / 4;
      above[depth] = `${depth > 0 ? above[depth - 1] : ''}${part}`;
      return above[depth];
    })
    .sort();
}

describe('the monitor', () => {
  let monitor: OpenMonitor;
  let staffId: number;
  let guarded: OpenMonitor['app'];
  let readOnly: OpenMonitor['app'];
  beforeAll(async () => {
    monitor = await openMonitor('postgres', { schedule });
    guarded = await monitor.build({ MONITOR_BASIC_AUTH: 'ops:open sesame' });
    readOnly = await monitor.build({ MONITOR_BASIC_AUTH: 'ops:open sesame', MONITOR_READ_ONLY: 'true' });
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

  it('is not open to a page whose name is made to lead here, whatever the page claims', async () => {
    const rebound = { host: 'evil.example:5555', 'x-forwarded-host': 'localhost' };
    expect(failure(await monitor.get('/api/queues', rebound))).toEqual([403, 'REQUEST_FOREIGN']);
    const claimed = { host: 'localhost', 'x-forwarded-host': 'evil.example', origin: 'http://evil.example' };
    expect(failure(await monitor.post('/api/queues/celery/pause', {}, claimed))).toEqual([403, 'REQUEST_FOREIGN']);
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

  it('ends a login for good when its holder logs out, whoever has a copy of the cookie', async () => {
    const app = await monitor.build({ MONITOR_BASIC_AUTH: 'ops:open sesame' });
    const another = await monitor.build({ MONITOR_BASIC_AUTH: 'ops:open sesame' });
    const first = cookieFrom(await logIn(app, 'ops', 'open sesame'));
    monitor.setClock(() => new Date(Date.now() + 1000));
    const second = cookieFrom(await logIn(app, 'ops', 'open sesame'));
    monitor.setClock(() => new Date());
    const logout = (headers: Record<string, string>) =>
      app.inject({ method: 'POST', url: '/api/logout', payload: {}, headers: { ...actionHeaders, ...headers } });
    const answer = await logout(first);
    expect(answer.headers['set-cookie']).toMatch(/^journeyman_monitor=; Path=\/; Max-Age=0;/);
    for (const one of [app, another]) {
      expect((await one.inject({ url: '/api/queues', headers: first })).statusCode).toBe(401);
      expect((await one.inject({ url: '/api/queues', headers: second })).statusCode).toBe(200);
    }
    expect((await logout(first)).statusCode).toBe(200);
    expect((await logout({})).statusCode).toBe(200);
  });

  it('takes no cookie that it did not sign, whoever it names', async () => {
    const app = await monitor.build({ MONITOR_STAFF_LOGIN: 'true' });
    for (const subject of ['staff:1', 'staff:x', 'staff:99999999999999999999', 'staff:1e3', 'basic:ops', 'root', '\0']) {
      const cookie = `journeyman_monitor=${Buffer.from(subject).toString('base64url')}.9999999999999.${'A'.repeat(43)}`;
      expect(failure(await app.inject({ url: '/api/queues', headers: { cookie } }))).toEqual([401, 'LOGIN_REQUIRED']);
    }
  });

  it('names a user as the settings do, however the password is cut', async () => {
    const app = await monitor.build({ MONITOR_BASIC_AUTH: 'eve:x:y' });
    expect(bodyOf<SessionAnswer>(await logIn(app, 'eve:x', 'y')).user).toBe('eve');
  });

  it('lets nobody try many passwords at once, nor from many addresses of one network', async () => {
    const app = await monitor.build({ MONITOR_BASIC_AUTH: 'ops:open sesame' });
    const codesOf = async (addressOf: (index: number) => string) => {
      const tries = Array.from({ length: 14 }, (_, index) => logIn(app, 'ops', `wrong ${index}`, addressOf(index)));
      return (await Promise.all(tries)).map((answer) => failure(answer)[1]).sort();
    };
    const expected = [...new Array(10).fill('CREDENTIALS_INVALID'), ...new Array(4).fill('RATE_LIMITED')];
    expect(await codesOf(() => '10.0.0.7')).toEqual(expected);
    expect(await codesOf((index) => `2001:db8:0:1::${index}`)).toEqual(expected);
    for (let right = 0; right < 12; right++) expect((await logIn(app, 'ops', 'open sesame', '10.0.0.8')).statusCode).toBe(200);
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

  it('has no action but those that are tested here, each a POST', () => {
    expect(actionsOf(monitor.app)).toEqual(Object.keys(actions).sort());
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const) expect(monitor.app.printRoutes({ method })).toMatch(/empty tree/);
  });

  it.each(Object.keys(actions))('%s: refused without a login, from another site, and when it is read-only', async (url) => {
    const post = (app: OpenMonitor['app'], headers: Record<string, string> = actionHeaders) =>
      app.inject({ method: 'POST', url: filled(url), payload: actions[url]!, headers });
    const { 'x-requested-with': _, ...foreign } = actionHeaders;
    expect(failure(await post(monitor.app, foreign))).toEqual([403, 'REQUEST_FOREIGN']);
    if (['/api/login', '/api/logout'].includes(url)) return;
    expect(failure(await post(guarded))).toEqual([401, 'LOGIN_REQUIRED']);
    expect(failure(await post(readOnly, { ...actionHeaders, ...basic('ops:open sesame') }))).toEqual([403, 'MONITOR_READ_ONLY']);
  });

  it.each(Object.keys(actions))('%s: leaves a row that says who did what, never with which arguments', async (url) => {
    const { db } = monitor.database;
    await db.deleteFrom('monitor_audit').execute();
    const cookie = url === '/api/login' ? {} : cookieFrom(await logIn(guarded, 'ops', 'open sesame'));
    await db.deleteFrom('monitor_audit').execute();
    const headers = { ...actionHeaders, ...cookie };
    await guarded.inject({ method: 'POST', url: filled(url), payload: actions[url]!, headers });
    const rows = await db.selectFrom('monitor_audit').selectAll().execute();
    expect(rows).toEqual([
      expect.objectContaining({ user_name: url === '/api/login' ? 'anonymous' : 'ops', address: '127.0.0.1' }),
    ]);
    expect(rows[0]!.outcome).not.toBe('begun');
    expect(JSON.stringify(rows)).not.toContain('not to be written down');
  });

  it('shows all the same when it is read-only', async () => {
    expect(bodyOf<SessionAnswer>(await readOnly.inject('/api/session')).readOnly).toBe(true);
    const headers = basic('ops:open sesame');
    expect((await readOnly.inject({ url: '/api/overview', headers })).statusCode).toBe(200);
  });

  it('asks for no figures when it is read-only, however old those are that it shows', async () => {
    const { db } = monitor.database;
    const headers = basic('ops:open sesame');
    const look = (app: OpenMonitor['app']) => app.inject({ url: '/api/analytics/growth', headers });
    await db.deleteFrom('task_outbox').execute();
    const asked = () => db.selectFrom('task_outbox').select('id').execute();
    expect(failure(await look(readOnly))).toEqual([404, 'FIGURES_MISSING']);
    const value = { timezone: 'UTC', months: [] };
    const computedAt = new Date(Date.now() - 7_200_000);
    await db
      .insertInto('cached_analytics')
      .values({ key: 'growth', value: JSON.stringify(value), computed_at: computedAt, expires_at: computedAt })
      .execute();
    expect(bodyOf(await look(readOnly))).toMatchObject({ stale: true });
    expect(await asked()).toEqual([]);
    expect(bodyOf(await look(guarded))).toMatchObject({ stale: true });
    expect(await asked()).toHaveLength(1);
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
    for (const path of [
      'tasks/%00',
      'tasks/%00/graph',
      'task-names/%00',
      'workers/%00',
      'queues/%00',
      'mail-log?to=%00',
      'audit?user=%00',
    ]) {
      expect([path, ...failure(await monitor.get(`/api/${path}`))]).toEqual([path, 400, 'REQUEST_INVALID']);
    }
    for (const query of ['id:%00', 'root:%00', 'name:%00', 'kwargs:%00=1', '%00']) {
      expect(failure(await monitor.get(`/api/tasks?query=${query}`))).toEqual([400, 'QUERY_INVALID']);
    }
    for (const id of ['%E2%98%83', '..%2F..', '%25', 'a%20b', "'%22%3C", 'a'.repeat(99)]) {
      expect(failure(await monitor.get(`/api/tasks/${id}`))).toEqual([404, 'TASK_ID_UNKNOWN']);
    }
    expect(failure(await monitor.get('/api/tasks?cursor=nonsense'))).toEqual([400, 'REQUEST_INVALID']);
    expect(failure(await monitor.get('/api/tasks?sort=secret'))).toEqual([400, 'REQUEST_INVALID']);
  });
});
