import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
let user: SignedUpUser;
beforeAll(async () => {
  api = await createTestApi();
  user = await api.signUp();
});
afterAll(() => api.close());

let requests = 0;
const call = (method: 'GET' | 'POST' | 'DELETE', url: string, who = user) =>
  api.app.inject({
    method,
    url: `/api${url}`,
    headers: who.headers,
    remoteAddress: `10.6.${requests >> 8}.${requests++ & 255}`,
  });

const day = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * day);
const someJob = {
  title: 'Engineer',
  company: 'Acme',
  description: 'Builds things.',
  location: 'Leeds',
  level: 'mid' as const,
  type: 'full_time' as const,
};
interface JobValues extends Partial<Omit<typeof someJob, 'level' | 'type'>> {
  level?: 'mid' | 'senior';
  type?: 'full_time' | 'contract';
  remote?: boolean;
  status?: 'open' | 'closed';
  posted_at?: Date;
  expires_at?: Date | null;
  salary_min?: number;
  currency?: string;
}
async function post(job: JobValues = {}): Promise<number> {
  const row = await api.db
    .insertInto('jobs')
    .values({ ...someJob, ...job })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}
const apply = (jobId: number, who = user) => call('POST', `/jobs/${jobId}/apply`, who);
const withdraw = (jobId: number, who = user) => call('DELETE', `/jobs/${jobId}/apply`, who);
const outboxOf = async ({ id }: SignedUpUser) => (await api.outbox()).filter(({ args }) => args.userId === id).slice(2);

describe('the list of jobs', () => {
  let ids: Record<'senior' | 'remote' | 'contract' | 'hostile', number>;
  let sqlSkill: number;
  const find = async (query: string) => {
    const { items, ...rest } = (await call('GET', `/jobs${query}`)).json();
    return { ids: items.map(({ id }: { id: number }) => id), ...rest };
  };
  beforeAll(async () => {
    ids = {
      senior: await post({ title: 'Senior Data Engineer', level: 'senior', posted_at: ago(4) }),
      remote: await post({ company: 'Globex', remote: true, location: 'Kyiv', posted_at: ago(3), expires_at: ago(-30) }),
      contract: await post({ description: 'Six months of 100% pure TypeScript.', type: 'contract', posted_at: ago(2) }),
      hostile: await post({ title: `<script>'; DROP TABLE jobs; --`, location: 'Łódź', posted_at: ago(1) }),
    };
    await post({ status: 'closed', posted_at: ago(1) });
    await post({ posted_at: ago(9), expires_at: ago(1) });
    const skill = { name: 'SQL of the tests', slug: 'sql-of-the-tests', category: 'Testing' };
    sqlSkill = (await api.db.insertInto('skills').values(skill).returning('id').executeTakeFirstOrThrow()).id;
    await api.db
      .insertInto('job_skills')
      .values([ids.senior, ids.remote].map((job_id) => ({ job_id, skill_id: sqlSkill })))
      .execute();
  });
  // What is left is seen by no other test.
  afterAll(() => api.db.deleteFrom('jobs').execute());

  it('has those that take applications, a page at a time, newest first', async () => {
    const newestFirst = [ids.hostile, ids.contract, ids.remote, ids.senior];
    expect(await find('')).toEqual({ ids: newestFirst, page: 1, pageSize: 20, total: 4 });
    expect(await find('?page=2&pageSize=3')).toEqual({ ids: [ids.senior], page: 2, pageSize: 3, total: 4 });
    const [job] = (await call('GET', '/jobs')).json().items;
    expect(job).toEqual({
      id: ids.hostile,
      title: `<script>'; DROP TABLE jobs; --`,
      company: 'Acme',
      location: 'Łódź',
      remote: false,
      level: 'mid',
      type: 'full_time',
      salaryMin: null,
      salaryMax: null,
      currency: null,
      postedAt: expect.any(String),
      expiresAt: null,
    });
  });

  it.each<[string, (keyof typeof ids)[]]>([
    ['text=data eng', ['senior']],
    ['text=GLOBEX', ['remote']],
    ['text=100% pure', ['contract']],
    ["text='; drop", ['hostile']],
    ['text=_', []],
    ['location=łÓDź', ['hostile']],
    ['location=leeds', ['contract', 'senior']],
    ['remote=true', ['remote']],
    ['remote=false', ['hostile', 'contract', 'senior']],
    ['level=senior', ['senior']],
    ['type=contract', ['contract']],
    ['type=contract&level=senior', []],
    ['skillId=SQL', ['remote', 'senior']],
    ['skillId=SQL&remote=true', ['remote']],
    ['skillId=999999', []],
  ])('is narrowed by ?%s', async (query, expected) => {
    const encoded = query.replace('SQL', String(sqlSkill)).replace(/%/g, '%25').replace(/ /g, '+');
    expect((await find(`?${encoded}`)).ids).toEqual(expected.map((name) => ids[name]));
  });

  it.each(['remote=1', 'level=boss', 'type=x', 'skillId=0', 'text=', 'text=%00', `location=${'x'.repeat(101)}`, 'pageSize=101'])(
    'refuses ?%s',
    async (query) => {
      const answer = await call('GET', `/jobs?${query}`);
      expect(failure(answer)).toEqual([400, 'REQUEST_INVALID']);
      expect(Object.keys(answer.json().error.fields)).toEqual([query.split('=')[0]]);
    },
  );
});

describe('a job', () => {
  it('is shown with its skills, what weighs most first, and the user’s own application', async () => {
    const jobId = await post({ salary_min: 50_000, currency: 'EUR' });
    const skills = await api.db
      .insertInto('skills')
      .values(['b', 'a', 'c'].map((slug) => ({ name: `Skill ${slug}`, slug: `skill-${slug}`, category: 'Testing' })))
      .returning(['id', 'name'])
      .execute();
    const weights = [5, 5, 1];
    await api.db
      .insertInto('job_skills')
      .values(skills.map(({ id }, at) => ({ job_id: jobId, skill_id: id, weight: weights[at]!, required: at < 2 })))
      .execute();

    const { applicationId } = (await apply(jobId)).json();
    expect((await call('GET', `/jobs/${jobId}`)).json()).toMatchObject({
      id: jobId,
      description: 'Builds things.',
      salaryMin: 50_000,
      salaryMax: null,
      currency: 'EUR',
      open: true,
      skills: [
        { name: 'Skill a', weight: 5, required: true },
        { name: 'Skill b', weight: 5, required: true },
        { name: 'Skill c', weight: 1, required: false },
      ],
      application: { id: applicationId, status: 'submitted' },
    });
    expect((await call('GET', `/jobs/${jobId}`, await api.signUp())).json()).toMatchObject({ id: jobId, application: null });
  });

  it('that is closed or over can be read still', async () => {
    for (const job of [{ status: 'closed' as const }, { posted_at: ago(9), expires_at: ago(1) }]) {
      expect((await call('GET', `/jobs/${await post(job)}`)).json()).toMatchObject({
        open: false,
        skills: [],
        application: null,
      });
    }
    expect(failure(await call('GET', '/jobs/999999'))).toEqual([404, 'JOB_NOT_FOUND']);
    expect(failure(await call('GET', '/jobs/x'))).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('an application', () => {
  it('is stored with the tasks that follow, and the user may ask for the state of the recommendations', async () => {
    const ada = await api.signUp();
    const jobId = await post();
    const answer = await apply(jobId, ada);
    expect(answer.statusCode).toBe(201);
    const { applicationId, taskId } = answer.json();
    expect((await outboxOf(ada)).map(({ id, name, args }) => ({ id, name, args }))).toEqual([
      { id: taskId, name: 'tasks.recommendation_tasks.recommend_jobs_async', args: { userId: ada.id, limit: 10 } },
      { id: expect.any(String), name: 'tasks.achievement_tasks.check_user_achievements', args: { userId: ada.id } },
    ]);
    expect((await call('GET', `/tasks/${taskId}`, ada)).json()).toMatchObject({ id: taskId, status: 'PENDING' });
    const events = api.db.selectFrom('activity_events').select(['kind', 'subject_id']).where('user_id', '=', ada.id);
    expect(await events.execute()).toContainEqual({ kind: 'application', subject_id: applicationId });
  });

  it('is made once, even when it is sent several times at once', async () => {
    const ada = await api.signUp();
    const jobId = await post();
    const answers = await Promise.all([1, 2, 3, 4].map(() => apply(jobId, ada)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409]);
    expect(failure(await apply(jobId, ada))).toEqual([409, 'ALREADY_APPLIED']);
    expect(await outboxOf(ada)).toHaveLength(2);
  });

  it('is not taken for a job that is closed, over or unknown, and leaves nothing then', async () => {
    const ada = await api.signUp();
    expect(failure(await apply(await post({ status: 'closed' }), ada))).toEqual([409, 'JOB_CLOSED']);
    expect(failure(await apply(await post({ posted_at: ago(9), expires_at: ago(1) }), ada))).toEqual([409, 'JOB_CLOSED']);
    expect(failure(await apply(999_999, ada))).toEqual([404, 'JOB_NOT_FOUND']);
    expect(await outboxOf(ada)).toEqual([]);
    expect((await call('GET', '/me/applications', ada)).json()).toMatchObject({ items: [], total: 0 });
  });

  it('waits for a job that is being closed, and is not taken then', async () => {
    const ada = await api.signUp();
    const jobId = await post();
    let answer: ReturnType<typeof apply> | undefined;
    await api.db.transaction().execute(async (trx) => {
      await trx.updateTable('jobs').set({ status: 'closed' }).where('id', '=', jobId).execute();
      answer = apply(jobId, ada);
      const waiting = sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await expect.poll(async () => (await waiting.execute(trx)).rows).not.toHaveLength(0);
    });
    expect(failure(await answer!)).toEqual([409, 'JOB_CLOSED']);
  });

  it('is withdrawn by who made it, and stays withdrawn', async () => {
    const [ada, grace] = await Promise.all([api.signUp(), api.signUp()]);
    const jobId = await post();
    await apply(jobId, ada);
    expect(failure(await withdraw(jobId, grace))).toEqual([404, 'NOT_APPLIED']);
    const answers = await Promise.all([1, 2].map(() => withdraw(jobId, ada)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204]);
    expect((await call('GET', '/me/applications', ada)).json().items[0]).toMatchObject({ status: 'withdrawn' });
    expect(failure(await apply(jobId, ada))).toEqual([409, 'ALREADY_APPLIED']);
    const events = api.db
      .selectFrom('activity_events')
      .select('kind')
      .where('user_id', '=', ada.id)
      .where('kind', '=', 'application_withdrawn');
    expect(await events.execute()).toHaveLength(1);
  });

  it('that was rejected stays rejected', async () => {
    const ada = await api.signUp();
    const jobId = await post();
    await apply(jobId, ada);
    await api.db.updateTable('job_applications').set({ status: 'rejected' }).where('job_id', '=', jobId).execute();
    expect((await withdraw(jobId, ada)).statusCode).toBe(204);
    expect((await call('GET', `/jobs/${jobId}`, ada)).json().application.status).toBe('rejected');
  });
});

it('the user’s own applications are listed a page at a time, newest first', async () => {
  const [ada, grace] = await Promise.all([api.signUp(), api.signUp()]);
  const jobIds = [await post({ title: 'First' }), await post({ title: 'Second' }), await post({ title: 'Third' })];
  for (const jobId of jobIds) await apply(jobId, ada);
  await apply(jobIds[0]!, grace);
  const { items, ...rest } = (await call('GET', '/me/applications?pageSize=2', ada)).json();
  expect(items).toEqual([
    {
      id: expect.any(Number),
      status: 'submitted',
      createdAt: expect.any(String),
      answeredAt: null,
      job: { id: jobIds[2], title: 'Third', company: 'Acme', location: 'Leeds' },
    },
    expect.objectContaining({ job: expect.objectContaining({ title: 'Second' }) }),
  ]);
  expect(rest).toEqual({ page: 1, pageSize: 2, total: 3 });
});
