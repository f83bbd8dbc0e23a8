import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApi } from '#src/api/app.js';
import { createDatabase } from '#src/db/database.js';
import { createLocalStorage } from '#src/storage.js';
import { createTestApi, failure, password, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
let user: SignedUpUser;
beforeAll(async () => {
  api = await createTestApi();
  user = await api.signUp();
});
afterAll(() => api.close());

describe('notifications', () => {
  it('are listed a page at a time, newest first, with how many are unread', async () => {
    const other = await api.signUp();
    await api.db
      .insertInto('notifications')
      .values(
        [user, user, user, other].map(({ id }, place) => ({
          user_id: id,
          type: 'resume_analyzed',
          title: `Title ${place}`,
          message: 'Your resume has been analysed.',
          unique_key: `test-${place}`,
          created_at: new Date(2026, 0, 1 + place),
          read_at: place === 0 ? new Date() : null,
        })),
      )
      .execute();
    const answer = await api.app.inject({ url: '/api/notifications?pageSize=2', headers: user.headers });
    expect(answer.json()).toEqual({
      items: [
        expect.objectContaining({ title: 'Title 2', type: 'resume_analyzed', readAt: null, relatedUserId: null }),
        expect.objectContaining({ title: 'Title 1' }),
      ],
      page: 1,
      pageSize: 2,
      total: 3,
      unread: 2,
    });
    expect(failure(await api.app.inject('/api/notifications'))).toEqual([401, 'TOKEN_MISSING']);
  });
});

describe('health', () => {
  it('tells that the process lives and that its services answer', async () => {
    const live = await api.app.inject('/healthz');
    expect([live.statusCode, live.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await api.app.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready', database: 'ok', broker: 'ok' }]);
  });

  it('says which service is away, and answers 503 without a word about where it is', async () => {
    const away = createDatabase('postgres://journeyman:hidden@127.0.0.1:1/away');
    const app = await buildApi({
      settings: { frontendUrl: 'https://careers.example', passwordResetTimeout: 3600, resumeMaxBytes: 1024 },
      db: away,
      databaseUrl: 'postgres://journeyman:hidden@127.0.0.1:1/away',
      storage: createLocalStorage('/nonexistent'),
      pingBroker: () => Promise.reject(new Error('away')),
      secretKey: 'another secret key of 32 characters or more',
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    try {
      expect((await app.inject('/healthz')).statusCode).toBe(200);
      const ready = await app.inject('/readyz');
      expect([ready.statusCode, ready.json()]).toEqual([
        503,
        { status: 'unavailable', database: 'unreachable', broker: 'unreachable' },
      ]);
      const payload = { email: 'ada@example.com', password };
      const login = await app.inject({ method: 'POST', url: '/api/auth/login', payload });
      expect(failure(login)).toEqual([503, 'DATABASE_UNREACHABLE']);
      expect(login.body).not.toMatch(/127\.0\.0\.1|hidden|ECONNREFUSED/);
    } finally {
      await app.close();
      await away.destroy();
    }
  });
});

describe('every error', () => {
  it.each([
    ['no such route', { url: '/api/nothing' }, [404, 'ROUTE_NOT_FOUND']],
    ['a method that the route does not have', { method: 'DELETE', url: '/api/resumes' }, [404, 'ROUTE_NOT_FOUND']],
    ['a path that cannot be decoded', { url: '/api/%zz' }, [400, 'REQUEST_INVALID']],
    ['a body that is no JSON', { body: '{"email":', type: 'application/json' }, [400, 'REQUEST_INVALID']],
    ['a body that would change prototypes', { body: '{"__proto__":{}}', type: 'application/json' }, [400, 'REQUEST_INVALID']],
    ['no body', {}, [400, 'REQUEST_INVALID']],
    ['another content type', { body: '<a/>', type: 'application/xml' }, [415, 'REQUEST_TYPE_UNSUPPORTED']],
    ['too large a body', { body: `"${'x'.repeat(300_000)}"`, type: 'application/json' }, [413, 'REQUEST_TOO_LARGE']],
  ] as const)('has the one shape: %s', async (_what, request, expected) => {
    const { url = '/api/auth/login', method = 'url' in request ? 'GET' : 'POST', body, type } = request as Record<string, string>;
    const answer = await api.app.inject({
      method: method as 'GET',
      url,
      remoteAddress: '10.2.0.1',
      ...(body !== undefined && { payload: body, headers: { 'content-type': type! } }),
    });
    expect(failure(answer)).toEqual(expected);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({ error: expect.objectContaining({ message: expect.stringMatching(/\w.*\.$/) }) });
  });

  it('names every field that is wrong, and in words', async () => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/api/auth/register',
      payload: { email: 'x', name: '', password: 'short' },
    });
    expect(answer.json().error).toEqual({
      code: 'REQUEST_INVALID',
      message:
        'The request is not valid: email: must be an e-mail address; name: must not be empty; password: must have at least 10 characters.',
      fields: {
        email: 'must be an e-mail address',
        name: 'must not be empty',
        password: 'must have at least 10 characters',
      },
    });
    const none = await api.app.inject({ method: 'POST', url: '/api/auth/register' });
    expect(Object.keys(none.json().error.fields)).toEqual(['body']);
  });

  it('of the database is logged under the id that the answer names, and tells nothing else', async () => {
    await api.db.schema.alterTable('notifications').renameTo('notifications_away').execute();
    try {
      const answer = await api.app.inject({ url: '/api/notifications', headers: user.headers });
      expect(failure(answer)).toEqual([500, 'INTERNAL']);
      expect(answer.json().error.message).toContain(answer.headers['x-request-id']);
      expect(answer.body).not.toContain('relation');
      const line = api.log.findLast(({ level }) => level === 'error');
      expect(line?.details).toMatchObject({ requestId: answer.headers['x-request-id'], err: expect.any(Error) });
    } finally {
      await api.db.schema.alterTable('notifications_away').renameTo('notifications').execute();
    }
  });
});

describe('every answer', () => {
  it('carries security headers and allows the platform’s pages only', async () => {
    const request = { url: '/api/me', headers: { ...user.headers, origin: 'https://careers.example' } };
    const { headers } = await api.app.inject(request);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'access-control-allow-origin': 'https://careers.example',
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('lets the platform’s pages delete, as a browser asks beforehand', async () => {
    const headers = {
      origin: 'https://careers.example',
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'authorization',
    };
    const answer = await api.app.inject({ method: 'OPTIONS', url: '/api/resumes/1', headers });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['access-control-allow-methods']).toContain('DELETE');
    expect(answer.headers['access-control-allow-headers']).toBe('authorization');
  });

  it('is logged without the query and without the token', async () => {
    await api.app.inject({ url: '/api/me?token=in-the-query', headers: user.headers });
    expect(api.log.at(-1)).toMatchObject({ level: 'info', message: 'GET /api/me 200', details: { status: 200 } });
    expect(JSON.stringify(api.log)).not.toMatch(new RegExp(`in-the-query|${user.accessToken}`));
  });
});

interface Operation {
  summary?: string;
  tags?: string[];
  security?: object[];
  requestBody?: { content: Record<string, object> };
  responses: Record<string, { description: string }>;
}

describe('the documentation', () => {
  const operations = async (): Promise<[string, Operation][]> => {
    const { paths } = (await api.app.inject('/docs/json')).json<{ paths: Record<string, Record<string, Operation>> }>();
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]),
    );
  };

  it('describes every route with a summary, a tag, its answers and what may go wrong', async () => {
    const all = await operations();
    expect(all.map(([route]) => route).sort()).toEqual([
      'DELETE /api/comments/{id}',
      'DELETE /api/comments/{id}/like',
      'DELETE /api/connections/{id}',
      'DELETE /api/jobs/{id}/apply',
      'DELETE /api/me',
      'DELETE /api/me/skills/{skillId}',
      'DELETE /api/posts/{id}',
      'DELETE /api/posts/{id}/like',
      'DELETE /api/resumes/{id}',
      'DELETE /api/users/{id}/skills/{skillId}/endorse',
      'GET /api/achievements',
      'GET /api/achievements/leaderboard',
      'GET /api/analytics/courses',
      'GET /api/analytics/growth',
      'GET /api/analytics/heatmap',
      'GET /api/analytics/jobs',
      'GET /api/analytics/leaderboard',
      'GET /api/analytics/me',
      'GET /api/analytics/mentoring',
      'GET /api/analytics/platform',
      'GET /api/analytics/reports',
      'GET /api/analytics/reports/{date}',
      'GET /api/analytics/skills',
      'GET /api/analytics/snapshots',
      'GET /api/analytics/snapshots/{name}',
      'GET /api/analytics/snapshots/{name}/{file}',
      'GET /api/connections',
      'GET /api/courses',
      'GET /api/courses/{id}',
      'GET /api/jobs',
      'GET /api/jobs/{id}',
      'GET /api/me',
      'GET /api/me/applications',
      'GET /api/me/email-preferences',
      'GET /api/me/export',
      'GET /api/me/skills',
      'GET /api/mentors',
      'GET /api/mentors/{id}',
      'GET /api/notifications',
      'GET /api/notifications/stream',
      'GET /api/notifications/unread-count',
      'GET /api/posts',
      'GET /api/posts/{id}',
      'GET /api/posts/{id}/comments',
      'GET /api/recommendations',
      'GET /api/recommendations/{kind}',
      'GET /api/resumes',
      'GET /api/resumes/{id}',
      'GET /api/resumes/{id}/file',
      'GET /api/sessions',
      'GET /api/sessions/{id}',
      'GET /api/skills',
      'GET /api/tasks/{id}',
      'GET /api/unsubscribe',
      'GET /api/users/{id}/achievements',
      'GET /api/users/{id}/skills',
      'GET /healthz',
      'GET /readyz',
      'PATCH /api/me',
      'POST /api/analytics/courses/refresh',
      'POST /api/analytics/growth/refresh',
      'POST /api/analytics/heatmap/refresh',
      'POST /api/analytics/jobs/refresh',
      'POST /api/analytics/leaderboard/refresh',
      'POST /api/analytics/me/refresh',
      'POST /api/analytics/mentoring/refresh',
      'POST /api/analytics/platform/refresh',
      'POST /api/analytics/reports/refresh',
      'POST /api/analytics/skills/refresh',
      'POST /api/analytics/snapshots/refresh',
      'POST /api/auth/login',
      'POST /api/auth/logout',
      'POST /api/auth/password-reset',
      'POST /api/auth/password-reset/confirm',
      'POST /api/auth/refresh',
      'POST /api/auth/register',
      'POST /api/comments/{id}/like',
      'POST /api/connections',
      'POST /api/connections/{id}/accept',
      'POST /api/connections/{id}/decline',
      'POST /api/courses/{id}/enroll',
      'POST /api/jobs/{id}/apply',
      'POST /api/mentors/{id}/sessions',
      'POST /api/notifications/read-all',
      'POST /api/notifications/{id}/read',
      'POST /api/posts',
      'POST /api/posts/{id}/comments',
      'POST /api/posts/{id}/like',
      'POST /api/recommendations/refresh',
      'POST /api/recommendations/{kind}/{itemId}/click',
      'POST /api/recommendations/{kind}/{itemId}/dismiss',
      'POST /api/resumes',
      'POST /api/resumes/{id}/analyze',
      'POST /api/sessions/{id}/accept',
      'POST /api/sessions/{id}/cancel',
      'POST /api/sessions/{id}/complete',
      'POST /api/sessions/{id}/decline',
      'POST /api/sessions/{id}/rate',
      'POST /api/unsubscribe',
      'POST /api/users/{id}/skills/{skillId}/endorse',
      'PUT /api/courses/{id}/progress',
      'PUT /api/courses/{id}/rating',
      'PUT /api/me/email-preferences',
      'PUT /api/me/mentor',
      'PUT /api/me/skills/{skillId}',
    ]);
    for (const [route, { summary, tags, security, responses }] of all) {
      expect([route, summary, tags]).toEqual([route, expect.any(String), [expect.any(String)]]);
      const open = /auth|healthz|readyz|unsubscribe/.test(route);
      expect([route, security, responses['401']?.description.includes('TOKEN_MISSING') ?? false]).toEqual([
        route,
        open ? undefined : [{ bearer: [] }],
        !open,
      ]);
    }
  });

  it('names the shapes of the answers', async () => {
    const { components } = (await api.app.inject('/docs/json')).json();
    const names = [
      'Achievement',
      'Application',
      'Comment',
      'Connection',
      'Course',
      'CourseSummary',
      'DailyReport',
      'Enrollment',
      'Error',
      'FiguresAsked',
      'Job',
      'JobSummary',
      'Leader',
      'Mentor',
      'MentorSession',
      'Notification',
      'Person',
      'Post',
      'RecommendationList',
      'RecommendedItem',
      'ReportFigure',
      'Resume',
      'ResumeAnalysis',
      'ResumeSummary',
      'Skill',
      'SnapshotFile',
      'SnapshotManifest',
      'Task',
      'TaskHealth',
      'UnlockedAchievement',
      'User',
      'UserSkill',
    ];
    expect(Object.keys(components.schemas).sort()).toEqual(names);
    expect(components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it('describes the upload as a form with a file', async () => {
    const [, upload] = (await operations()).find(([route]) => route === 'POST /api/resumes')!;
    expect(upload.requestBody?.content['multipart/form-data']).toMatchObject({
      schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } },
    });
    expect(upload.responses['413']?.description).toBe('RESUME_TOO_LARGE');
  });

  it('is a page that loads nothing from another host', async () => {
    const page = await api.app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
    expect(sources.length).toBeGreaterThan(3);
    expect(sources.filter((source) => !source.startsWith('/docs/static/'))).toEqual([]);
    for (const url of sources) expect((await api.app.inject(url)).statusCode).toBe(200);
  });
});
