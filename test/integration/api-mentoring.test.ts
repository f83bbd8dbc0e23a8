import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
let typescript: number;
let sql: number;
beforeAll(async () => {
  api = await createTestApi();
  const rows = await api.db
    .insertInto('skills')
    .values(['TypeScript', 'SQL'].map((name) => ({ name, slug: name.toLowerCase(), category: 'software' })))
    .returning('id')
    .execute();
  [typescript, sql] = rows.map(({ id }) => id) as [number, number];
});
afterAll(() => api.close());

let clients = 0;
const call = (user: SignedUpUser, method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) =>
  api.app.inject({
    method,
    url: `/api/${path}`,
    headers: user.headers,
    remoteAddress: `10.4.${clients >> 8}.${clients++ & 255}`,
    ...(payload && { payload }),
  });

const nextWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString();

async function mentorWith(profile: object = {}, name = 'Grace Mentor'): Promise<SignedUpUser> {
  const user = await api.signUp({ name });
  const body = { bio: 'Ten years of databases.', skillIds: [], ...profile };
  const answer = await call(user, 'PUT', 'me/mentor', body);
  expect(answer.statusCode).toBe(200);
  return user;
}

const ask = (mentee: SignedUpUser, mentor: SignedUpUser, more: object = {}) =>
  call(mentee, 'POST', `mentors/${mentor.id}/sessions`, { topic: 'Indexes', proposedAt: nextWeek(), ...more });

/** A session that someone has asked for. */
async function requested(mentor: SignedUpUser, mentee: SignedUpUser): Promise<number> {
  const answer = await ask(mentee, mentor);
  expect(answer.statusCode).toBe(201);
  return answer.json().id;
}

/** The tasks that the outbox got since `earlier`, each as its name's last part with its arguments. */
async function enqueuedSince(earlier: { id: string }[]) {
  const before = new Set(earlier.map(({ id }) => id));
  return (await api.outbox()).filter(({ id }) => !before.has(id)).map(({ name, args }) => [name.split('.').at(-1), args]);
}

const activityOf = async ({ id }: SignedUpUser) => {
  const events = await api.db.selectFrom('activity_events').select('kind').where('user_id', '=', id).orderBy('id').execute();
  return events.map(({ kind }) => kind).filter((kind) => kind !== 'login');
};

describe('a mentor’s profile', () => {
  it('is made, shown and replaced', async () => {
    const user = await mentorWith({ skillIds: [sql, typescript, sql], capacity: 2 }, 'Ada Mentor');
    const profile = {
      id: user.id,
      name: 'Ada Mentor',
      headline: null,
      location: null,
      bio: 'Ten years of databases.',
      rating: null,
      acceptsMentees: true,
      capacity: 2,
      available: true,
      skills: [
        { id: sql, name: 'SQL' },
        { id: typescript, name: 'TypeScript' },
      ],
    };
    expect((await call(user, 'GET', `mentors/${user.id}`)).json()).toEqual(profile);

    const changed = { bio: 'Two\nlines', skillIds: [sql], acceptsMentees: false };
    const answer = await call(user, 'PUT', 'me/mentor', changed);
    const expected = { ...profile, bio: 'Two\nlines', acceptsMentees: false, available: false, capacity: 3 };
    expect(answer.json()).toEqual({ ...expected, skills: [{ id: sql, name: 'SQL' }] });
    expect(await activityOf(user)).toEqual(['mentor_profile_updated', 'mentor_profile_updated']);
  });

  it.each([
    ['bio', { bio: ' ' }],
    ['bio', { bio: 'x'.repeat(2001) }],
    ['bio', { bio: 'NUL \u0000' }],
    ['skillIds', { skillIds: Array(51).fill(1) }],
    ['skillIds.0', { skillIds: ['SQL'] }],
    ['capacity', { capacity: 0 }],
    ['capacity', { capacity: 1.5 }],
  ])('names the field %s that is wrong', async (field, wrong) => {
    const user = await anybody();
    const answer = await call(user, 'PUT', 'me/mentor', { bio: 'Fine', skillIds: [], ...wrong });
    expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
    expect(Object.keys(answer.json().error.fields)).toEqual([field]);
  });

  it('is not changed at all when a skill is unknown', async () => {
    const user = await mentorWith({ skillIds: [sql] });
    const answer = await call(user, 'PUT', 'me/mentor', { bio: 'Other', skillIds: [typescript, 987_654] });
    expect(failure(answer)).toEqual([404, 'SKILL_NOT_FOUND']);
    expect(answer.json().error.message).toContain('987654');
    const { bio, skills } = (await call(user, 'GET', `mentors/${user.id}`)).json();
    expect([bio, skills]).toEqual(['Ten years of databases.', [{ id: sql, name: 'SQL' }]]);
  });

  it('is not there for a user who is no mentor, nor for an account that is not active', async () => {
    const user = await anybody();
    const inactive = await mentorWith();
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', inactive.id).execute();
    for (const id of [user.id, inactive.id, 987_654]) {
      expect(failure(await call(user, 'GET', `mentors/${id}`))).toEqual([404, 'MENTOR_NOT_FOUND']);
    }
  });
});

let someone: SignedUpUser | undefined;
/** A user of whom nothing is asked. */
async function anybody(): Promise<SignedUpUser> {
  someone ??= await api.signUp();
  return someone;
}

describe('the list of mentors', () => {
  it('holds those who take mentees, best rated first, a page at a time, and by skill', async () => {
    await api.db.updateTable('mentors').set({ accepts_mentees: false }).execute();
    const [good, unrated, best, closed] = await Promise.all([
      mentorWith({ skillIds: [sql] }),
      mentorWith({ skillIds: [typescript] }),
      mentorWith({ skillIds: [typescript, sql] }),
      mentorWith({ skillIds: [sql], acceptsMentees: false }),
    ]);
    for (const [mentor, rating] of [
      [good, 4.5],
      [best, 4.9],
      [closed, 5],
    ] as const) {
      await api.db.updateTable('mentors').set({ rating }).where('user_id', '=', mentor.id).execute();
    }
    const list = async (query: string) => {
      const { items, ...page } = (await call(good, 'GET', `mentors?${query}`)).json();
      return [items.map(({ id }: { id: number }) => id), page];
    };
    expect(await list('pageSize=2')).toEqual([[best.id, good.id], { page: 1, pageSize: 2, total: 3 }]);
    expect(await list('pageSize=2&page=2')).toEqual([[unrated.id], { page: 2, pageSize: 2, total: 3 }]);
    expect(await list(`skillId=${typescript}`)).toEqual([[best.id, unrated.id], { page: 1, pageSize: 20, total: 2 }]);
    expect(await list('skillId=987654')).toEqual([[], { page: 1, pageSize: 20, total: 0 }]);
  });
});

describe('asking for a session', () => {
  it('tells the mentor by a notification and a mail', async () => {
    const mentor = await mentorWith();
    const mentee = await api.signUp({ name: 'Ada <b>Mentee</b>' });
    const before = await api.outbox();
    const proposedAt = nextWeek();
    const answer = await ask(mentee, mentor, { topic: ' "Quotes" & {{ braces }} ', proposedAt });
    expect(answer.statusCode).toBe(201);
    const session = answer.json();
    expect(session).toEqual({
      id: expect.any(Number),
      mentor: { id: mentor.id, name: 'Grace Mentor' },
      mentee: { id: mentee.id, name: 'Ada <b>Mentee</b>' },
      topic: '"Quotes" & {{ braces }}',
      status: 'requested',
      proposedAt,
      completedAt: null,
      rating: null,
      createdAt: expect.any(String),
    });
    expect(await enqueuedSince(before)).toEqual([
      ['send_mentor_request_email', { mentorId: mentor.id, sessionId: session.id }],
      [
        'send_notification_async',
        {
          userId: mentor.id,
          notificationType: 'session_requested',
          title: 'Session requested',
          message: 'Ada <b>Mentee</b> asks for a session on ""Quotes" & {{ braces }}"',
          relatedUserId: mentee.id,
        },
      ],
    ]);
    expect(await activityOf(mentee)).toEqual(['session_requested']);
  });

  it('is refused of oneself, of nobody, and of a mentor who takes no mentees', async () => {
    const mentor = await mentorWith({ acceptsMentees: false });
    const mentee = await anybody();
    const before = await api.outbox();
    expect(failure(await ask(mentor, mentor))).toEqual([403, 'NOT_ALLOWED']);
    expect(failure(await ask(mentor, mentee))).toEqual([404, 'MENTOR_NOT_FOUND']);
    expect(failure(await ask(mentee, mentor))).toEqual([409, 'MENTOR_UNAVAILABLE']);
    expect(await api.outbox()).toEqual(before);
  });

  it('waits for the answer to the last request, however many are sent at once', async () => {
    const mentor = await mentorWith();
    const mentee = await api.signUp();
    const answers = await Promise.all([1, 2, 3].map(() => ask(mentee, mentor)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409]);
    expect(failure(await ask(mentee, mentor))).toEqual([409, 'ALREADY_REQUESTED']);
    const { id } = answers.find(({ statusCode }) => statusCode === 201)!.json();
    await call(mentor, 'POST', `sessions/${id}/decline`);
    expect((await ask(mentee, mentor)).statusCode).toBe(201);
  });

  it('takes a time with an offset', async () => {
    const answer = await ask(await api.signUp(), await mentorWith(), { proposedAt: '2199-01-31T17:00:00+05:30' });
    expect(answer.json().proposedAt).toBe('2199-01-31T11:30:00.000Z');
  });

  it.each([
    ['topic', { topic: '' }],
    ['topic', { topic: 'x'.repeat(201) }],
    ['topic', { topic: 'two\nlines' }],
    ['proposedAt', { proposedAt: '2020-01-01T00:00:00Z' }],
    ['proposedAt', { proposedAt: '2199-01-31T17:00:00' }],
    ['proposedAt', { proposedAt: '2199-02-30T17:00:00Z' }],
    ['proposedAt', { proposedAt: 'tomorrow' }],
    ['proposedAt', { proposedAt: 4_102_444_800_000 }],
  ])('names the field %s that is wrong in %j', async (field, wrong) => {
    const answer = await ask(await anybody(), await anybody(), wrong);
    expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
    expect(Object.keys(answer.json().error.fields)).toEqual([field]);
  });
});

describe('a session', () => {
  let mentor: SignedUpUser;
  let mentee: SignedUpUser;
  let id: number;
  const act = (user: SignedUpUser, action: string, payload?: object) => call(user, 'POST', `sessions/${id}/${action}`, payload);
  beforeAll(async () => {
    mentor = await mentorWith({ capacity: 50 });
  });
  beforeEach(async () => {
    mentee = await api.signUp({ name: 'Ada Mentee' });
    id = await requested(mentor, mentee);
  });

  it.each([
    { path: ['accept'], by: 'mentor' },
    { path: ['decline'], by: 'mentor' },
    { path: ['cancel'], by: 'mentor' },
    { path: ['cancel'], by: 'mentee' },
    { path: ['accept', 'complete'], by: 'mentor' },
    { path: ['accept', 'cancel'], by: 'mentee' },
  ] as const)('is changed by $path of the $by, and the other one is told', async ({ path, by }) => {
    const status = { accept: 'accepted', decline: 'declined', complete: 'completed', cancel: 'cancelled' }[path.at(-1)!];
    for (const action of path.slice(0, -1)) expect((await act(mentor, action)).statusCode).toBe(200);
    const before = await api.outbox();
    const [actor, other, name] = by === 'mentor' ? [mentor, mentee, 'Grace Mentor'] : [mentee, mentor, 'Ada Mentee'];
    const answer = await act(actor, path.at(-1)!);
    expect([answer.statusCode, answer.json().status]).toEqual([200, status]);
    expect(answer.json().completedAt).toEqual(status === 'completed' ? expect.any(String) : null);
    const told = {
      userId: other.id,
      notificationType: `session_${status}`,
      title: `Session ${status}`,
      message: `${name} has ${status} the session on "Indexes"`,
      relatedUserId: actor.id,
    };
    expect(await enqueuedSince(before)).toEqual([
      ['send_notification_async', told],
      ...(status === 'completed' ? [['check_user_achievements', { userId: mentor.id }]] : []),
    ]);
    expect((await activityOf(actor)).at(-1)).toBe(`session_${status}`);
  });

  it('is accepted, declined and completed by its mentor only', async () => {
    for (const action of ['accept', 'decline', 'complete']) {
      expect(failure(await act(mentee, action))).toEqual([403, 'NOT_ALLOWED']);
    }
    expect((await call(mentee, 'GET', `sessions/${id}`)).json().status).toBe('requested');
  });

  it('is not there for anybody else', async () => {
    const stranger = await anybody();
    for (const action of ['accept', 'decline', 'complete', 'cancel']) {
      expect(failure(await act(stranger, action))).toEqual([404, 'SESSION_NOT_FOUND']);
    }
    expect(failure(await act(stranger, 'rate', { rating: 1 }))).toEqual([404, 'SESSION_NOT_FOUND']);
    expect(failure(await call(stranger, 'GET', `sessions/${id}`))).toEqual([404, 'SESSION_NOT_FOUND']);
    expect((await call(stranger, 'GET', 'sessions')).json().total).toBe(0);
  });

  it('keeps what became of it', async () => {
    expect(failure(await act(mentor, 'complete'))).toEqual([409, 'SESSION_STATUS_CONFLICT']);
    await act(mentor, 'decline');
    const before = await api.outbox();
    for (const action of ['accept', 'decline', 'complete', 'cancel']) {
      const answer = await act(mentor, action);
      expect(failure(answer)).toEqual([409, 'SESSION_STATUS_CONFLICT']);
      expect(answer.json().error.message).toContain(`Session ${id} is declined`);
    }
    expect(await api.outbox()).toEqual(before);
  });

  it('becomes one thing when several are wanted at once', async () => {
    const before = await api.outbox();
    const answers = await Promise.all([
      act(mentor, 'accept'),
      act(mentor, 'decline'),
      act(mentor, 'accept'),
      act(mentor, 'decline'),
    ]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409, 409]);
    expect(await enqueuedSince(before)).toHaveLength(1);
  });

  it('is rated by its mentee once it is completed, and again', async () => {
    expect(failure(await act(mentee, 'rate', { rating: 5 }))).toEqual([409, 'SESSION_STATUS_CONFLICT']);
    await act(mentor, 'accept');
    await act(mentor, 'complete');
    expect(failure(await act(mentor, 'rate', { rating: 5 }))).toEqual([403, 'NOT_ALLOWED']);
    for (const rating of [0, 6, 2.5, '5', null]) {
      expect(failure(await act(mentee, 'rate', { rating }))).toEqual([400, 'REQUEST_INVALID']);
    }
    const before = await api.outbox();
    for (const rating of [5, 3, 3]) {
      const answer = await act(mentee, 'rate', { rating });
      expect([answer.statusCode, answer.json().rating]).toEqual([200, rating]);
    }
    expect((await enqueuedSince(before)).map(([, args]) => (args as { message: string }).message)).toEqual([
      'Ada Mentee gave 5 of 5 for the session on "Indexes"',
      'Ada Mentee gave 3 of 5 for the session on "Indexes"',
    ]);
  });
});

describe('a mentor’s rating', () => {
  it('is the mean of the sessions’ ratings, those given at once too', async () => {
    const mentor = await mentorWith();
    const mentees = await Promise.all([1, 2, 3].map(() => api.signUp()));
    const ids = await Promise.all(mentees.map((mentee) => requested(mentor, mentee)));
    for (const id of ids) {
      await call(mentor, 'POST', `sessions/${id}/accept`);
      await call(mentor, 'POST', `sessions/${id}/complete`);
    }
    const ratings = [5, 4, 4];
    await Promise.all(ids.map((id, i) => call(mentees[i]!, 'POST', `sessions/${id}/rate`, { rating: ratings[i] })));
    expect((await call(mentor, 'GET', `mentors/${mentor.id}`)).json().rating).toBe(4.33);
  });
});

describe('a mentor’s capacity', () => {
  it('is how many sessions are accepted at once; one that is over makes room', async () => {
    const mentor = await mentorWith({ capacity: 1 });
    const mentees = await Promise.all([1, 2, 3].map(() => api.signUp()));
    const ids = await Promise.all(mentees.map((mentee) => requested(mentor, mentee)));
    const accepted = await Promise.all(ids.map((id) => call(mentor, 'POST', `sessions/${id}/accept`)));
    expect(accepted.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
    expect(failure(accepted.find(({ statusCode }) => statusCode === 409)!)).toEqual([409, 'MENTOR_UNAVAILABLE']);

    expect((await call(mentor, 'GET', `mentors/${mentor.id}`)).json().available).toBe(false);
    expect(failure(await ask(await anybody(), mentor))).toEqual([409, 'MENTOR_UNAVAILABLE']);

    const { id } = accepted.find(({ statusCode }) => statusCode === 200)!.json();
    await call(mentor, 'POST', `sessions/${id}/complete`);
    expect((await ask(await anybody(), mentor)).statusCode).toBe(201);
  });
});

describe('the list of one’s sessions', () => {
  it('holds them newest first, as mentor or as mentee, by status and a page at a time', async () => {
    const user = await mentorWith();
    const other = await mentorWith();
    const first = await requested(user, other);
    const second = await requested(user, await api.signUp());
    const third = await requested(other, user);
    await call(user, 'POST', `sessions/${first}/accept`);
    const list = async (query: string) => {
      const { items, total } = (await call(user, 'GET', `sessions?${query}`)).json();
      return [items.map(({ id }: { id: number }) => id), total];
    };
    expect(await list('')).toEqual([[third, second, first], 3]);
    expect(await list('pageSize=1&page=2')).toEqual([[second], 3]);
    expect(await list('role=mentor')).toEqual([[second, first], 2]);
    expect(await list('role=mentee')).toEqual([[third], 1]);
    expect(await list('role=mentor&status=accepted')).toEqual([[first], 1]);
    expect(failure(await call(user, 'GET', 'sessions?status=over'))).toEqual([400, 'REQUEST_INVALID']);
  });
});
