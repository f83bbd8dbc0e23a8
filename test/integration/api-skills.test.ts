import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
let skillIds: Record<string, number>;
beforeAll(async () => {
  api = await createTestApi();
  await api.db.deleteFrom('skills').execute();
  const skills = [
    { name: 'Go', slug: 'go', aliases: ['golang'] },
    { name: 'Django', slug: 'django', aliases: [] },
    { name: 'Algorithms', slug: 'algorithms', aliases: [] },
    { name: 'C%_\\', slug: 'odd', aliases: [] },
    { name: 'Negotiation', slug: 'negotiation', aliases: ['deal making'] },
  ];
  const rows = await api.db
    .insertInto('skills')
    .values(skills.map((skill) => ({ ...skill, category: 'Testing' })))
    .returning(['id', 'slug'])
    .execute();
  skillIds = Object.fromEntries(rows.map(({ id, slug }) => [slug, id]));
});
afterAll(() => api.close());

const call = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, who: SignedUpUser, payload?: object) =>
  api.app.inject({ method, url: `/api${url}`, headers: who.headers, ...(payload && { payload }) });
const set = (who: SignedUpUser, slug: string, level: object = { proficiency: 3 }) =>
  call('PUT', `/me/skills/${skillIds[slug]}`, who, level);
const endorse = (who: SignedUpUser, whom: SignedUpUser, slug: string, method: 'POST' | 'DELETE' = 'POST') =>
  call(method, `/users/${whom.id}/skills/${skillIds[slug]}/endorse`, who);

/** The short names of the tasks that were enqueued for this user, beyond those of the registration and of recommendations. */
const tasksFor = async ({ id }: SignedUpUser) =>
  (await api.outbox())
    .filter(({ args }) => args.userId === id)
    .map(({ name }) => name.split('.').at(-1)!)
    .filter((name) => !name.startsWith('recommend_'))
    .slice(2);
const activityOf = async ({ id }: SignedUpUser) => {
  const events = api.db
    .selectFrom('activity_events')
    .select('kind')
    .where('user_id', '=', id)
    .where('kind', '<>', 'login')
    .orderBy('id');
  return (await events.execute()).map(({ kind }) => kind);
};

describe('the list of skills', () => {
  const find = async (query: string) => {
    const { items, ...rest } = (await call('GET', `/skills${query}`, await api.signUp())).json();
    return { names: items.map(({ name }: { name: string }) => name), ...rest };
  };

  it('is paged, by name', async () => {
    expect(await find('?pageSize=2')).toEqual({ names: ['Algorithms', 'C%_\\'], page: 1, pageSize: 2, total: 5 });
    expect(await find('?pageSize=2&page=3')).toEqual({ names: ['Negotiation'], page: 3, pageSize: 2, total: 5 });
  });

  it('is searched in names and aliases, the closest first', async () => {
    expect((await find('?text=GO')).names).toEqual(['Go', 'Algorithms', 'Django', 'Negotiation']);
    expect((await find('?text=golang')).names).toEqual(['Go']);
    expect((await find('?text=n')).names).toEqual(['Negotiation', 'Django', 'Go']);
    expect((await find('?text=zz')).names).toEqual([]);
  });

  it('is searched for the letters as they are', async () => {
    expect((await find(`?text=${encodeURIComponent('%_\\')}`)).names).toEqual(['C%_\\']);
    expect((await find(`?text=${encodeURIComponent("' OR 1=1 --")}`)).names).toEqual([]);
  });

  it.each(['', 'x'.repeat(101), '%00'])('refuses to search for "%s"', async (text) => {
    const answer = await call('GET', `/skills?text=${text}`, await api.signUp());
    expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('the user’s own skills', () => {
  it('are added and changed by hand, and achievements checked when one is new', async () => {
    const ada = await api.signUp();
    expect((await set(ada, 'go', { proficiency: 4, years: 2.5 })).json()).toEqual({
      id: skillIds.go,
      name: 'Go',
      slug: 'go',
      category: 'Testing',
      proficiency: 4,
      years: 2.5,
      source: 'manual',
      endorsements: 0,
      endorsedByMe: false,
    });
    expect(await tasksFor(ada)).toEqual(['check_user_achievements']);
    expect((await set(ada, 'go', { proficiency: 5 })).json()).toMatchObject({ proficiency: 5, years: null });
    expect(await tasksFor(ada)).toEqual(['check_user_achievements']);
    expect(await activityOf(ada)).toEqual(['skill_set', 'skill_set']);
  });

  it('take over what an analysis found', async () => {
    const ada = await api.signUp();
    const found = { user_id: ada.id, skill_id: skillIds.go!, proficiency: 2, source: 'resume' as const, confidence: 0.9 };
    await api.db.insertInto('user_skills').values(found).execute();
    expect((await set(ada, 'go', { proficiency: 3 })).json()).toMatchObject({ proficiency: 3, source: 'manual' });
    const row = api.db.selectFrom('user_skills').selectAll().where('user_id', '=', ada.id);
    expect(await row.executeTakeFirst()).toMatchObject({ source: 'manual', confidence: null });
    expect(await tasksFor(ada)).toEqual([]);
  });

  it('hold each skill once when it is added several times at once', async () => {
    const ada = await api.signUp();
    const answers = await Promise.all([1, 2, 3, 4].map(() => set(ada, 'django')));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect((await call('GET', '/me/skills', ada)).json().total).toBe(1);
    expect(await tasksFor(ada)).toEqual(['check_user_achievements']);
  });

  it('are listed a page at a time, the best first', async () => {
    const ada = await api.signUp();
    await set(ada, 'go', { proficiency: 1 });
    await set(ada, 'django', { proficiency: 5 });
    await set(ada, 'algorithms', { proficiency: 5 });
    const { items, ...rest } = (await call('GET', '/me/skills?pageSize=2', ada)).json();
    expect(items.map(({ slug }: { slug: string }) => slug)).toEqual(['algorithms', 'django']);
    expect(rest).toEqual({ page: 1, pageSize: 2, total: 3 });
  });

  it('are taken out', async () => {
    const ada = await api.signUp();
    await set(ada, 'go');
    const remove = () => call('DELETE', `/me/skills/${skillIds.go}`, ada);
    expect((await remove()).statusCode).toBe(204);
    expect(failure(await remove())).toEqual([404, 'SKILL_NOT_FOUND']);
    expect((await call('GET', '/me/skills', ada)).json().total).toBe(0);
    expect(await activityOf(ada)).toEqual(['skill_set', 'skill_removed']);
  });

  it.each([
    ['no proficiency', {}],
    ['a proficiency of 0', { proficiency: 0 }],
    ['a proficiency of 6', { proficiency: 6 }],
    ['half a proficiency', { proficiency: 2.5 }],
    ['a proficiency in words', { proficiency: 'expert' }],
    ['years before birth', { proficiency: 3, years: -1 }],
    ['81 years', { proficiency: 3, years: 81 }],
  ])('are refused with %s', async (_, level) => {
    expect(failure(await set(await api.signUp(), 'go', level))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('are known skills', async () => {
    const ada = await api.signUp();
    expect(failure(await call('PUT', '/me/skills/999999', ada, { proficiency: 3 }))).toEqual([404, 'SKILL_NOT_FOUND']);
  });
});

describe('an endorsement', () => {
  const people = async () => {
    const [ada, grace] = await Promise.all([api.signUp({ name: 'Ada Skilled' }), api.signUp({ name: 'Grace Endorser' })]);
    await set(ada, 'go');
    return { ada, grace };
  };

  it('counts once however often it is given; who has the skill is told, and the endorser’s achievements are checked', async () => {
    const { ada, grace } = await people();
    const answers = await Promise.all([1, 2, 3].map(() => endorse(grace, ada, 'go')));
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ id: skillIds.go, endorsements: 1, endorsedByMe: true });
    }
    expect(await tasksFor(grace)).toEqual(['check_user_achievements']);
    const told = (await api.outbox()).filter(({ name, args }) => name.endsWith('notification_async') && args.userId === ada.id);
    expect(told.map(({ args }) => args)).toEqual([
      {
        userId: ada.id,
        notificationType: 'endorsement',
        title: 'New endorsement',
        message: 'Grace Endorser endorsed your skill Go',
        relatedUserId: grace.id,
      },
    ]);
    expect(await activityOf(grace)).toEqual(['endorsement']);
    const shown = async (who: SignedUpUser) => (await call('GET', `/users/${ada.id}/skills`, who)).json().items[0];
    expect(await shown(grace)).toMatchObject({ endorsements: 1, endorsedByMe: true });
    expect(await shown(ada)).toMatchObject({ endorsements: 1, endorsedByMe: false });
  });

  it('is taken back, and not announced again when it is given again', async () => {
    const { ada, grace } = await people();
    await endorse(grace, ada, 'go');
    expect((await endorse(grace, ada, 'go', 'DELETE')).json()).toMatchObject({ endorsements: 0, endorsedByMe: false });
    expect((await endorse(grace, ada, 'go', 'DELETE')).statusCode).toBe(200);
    await endorse(grace, ada, 'go');
    expect((await tasksFor(ada)).filter((name) => name === 'send_notification_async')).toHaveLength(1);
    expect(await activityOf(grace)).toEqual(['endorsement', 'endorsement_withdrawn', 'endorsement']);
  });

  it('is not for one’s own skills, nor for those that the other does not have', async () => {
    const { ada, grace } = await people();
    expect(failure(await endorse(ada, ada, 'go'))).toEqual([403, 'NOT_ALLOWED']);
    expect(failure(await endorse(grace, ada, 'django'))).toEqual([404, 'SKILL_NOT_FOUND']);
    expect(failure(await endorse(grace, ada, 'django', 'DELETE'))).toEqual([404, 'SKILL_NOT_FOUND']);
    expect(failure(await call('POST', `/users/999999/skills/${skillIds.go}/endorse`, grace))).toEqual([404, 'SKILL_NOT_FOUND']);
    expect(await tasksFor(grace)).toEqual([]);
  });
});
