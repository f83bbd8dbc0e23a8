import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holding } from '../support/holding.js';
import { brokerKinds, until } from '../support/kit.js';
import { exampleResume, openPlatform, type Platform, signUp } from '../support/platform.js';

describe.each(brokerKinds)('processes that are killed, on %s', (kind) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await openPlatform(kind);
  });
  afterAll(() => platform.close());

  const rows = async (statement: ReturnType<typeof sql>) => (await statement.execute(platform.database.db)).rows;

  /** What the example resume leads to: a welcome, the analysis, and the achievements First Resume and Skill Master, each once. */
  async function expectEverythingOnce(userId: number, email: string) {
    const { db } = platform.database;
    const inbox = async () => (await platform.mails()).filter((mail) => mail.to.includes(email));
    await until(async () => (await inbox()).length >= 3 && (await rows(sql`select 1 from task_outbox`)).length === 0);
    const ledger = await db.selectFrom('points_ledger').select(['source', 'points']).where('user_id', '=', userId).execute();
    expect(ledger).toHaveLength(2);
    expect(ledger).toContainEqual({ source: 'achievement:first_resume', points: 15 });
    expect(ledger).toContainEqual({ source: 'achievement:skill_master', points: 60 });
    const notifications = await db.selectFrom('notifications').select('type').where('user_id', '=', userId).execute();
    expect(notifications.map(({ type }) => type).sort()).toEqual(['achievement', 'achievement', 'resume_analyzed']);
    const subjects = (await inbox()).map((mail) => mail.subject).sort();
    expect(subjects).toEqual([
      expect.stringMatching(/First Resume/),
      expect.stringMatching(/Skill Master/),
      expect.stringMatching(/^Welcome/),
    ]);
  }

  it('kill -9 of a worker in the middle of an analysis: another one finishes it, and each effect happens once', async () => {
    const api = await platform.startApi();
    const user = await signUp(api.address, `lost-worker-${kind}@example.com`);
    const worker = await platform.startWorker('first');
    const release = await holding(platform.database.db, sql`lock table user_skills in exclusive mode`);
    const { taskId, status } = await user.upload(exampleResume);
    expect(status).toBe(202);
    // The analysis now stands at its last transaction.
    await until(
      async () => (await rows(sql`select 1 from pg_locks where not granted and relation = 'user_skills'::regclass`)).length > 0,
    );
    expect(await user.get(`/tasks/${taskId}`)).toMatchObject({ status: 'STARTED' });
    worker.child.kill('SIGKILL');
    await worker.ended;
    const other = await platform.startWorker('second');
    await release();
    await until(async () => (await user.get(`/tasks/${taskId}`)).status === 'SUCCESS');
    expect(other.output()).toContain('was taken back from a lost worker');
    await expectEverythingOnce(user.id, `lost-worker-${kind}@example.com`);
    for (const command of [other, api]) {
      command.child.kill('SIGTERM');
      expect(await command.ended).toBe(0);
    }
  });

  it('the API answers 202 and dies before the task reached the broker: after a restart it runs', async () => {
    const api = await platform.startApi();
    const email = `lost-api-${kind}@example.com`;
    const user = await signUp(api.address, email);
    await until(async () => (await rows(sql`select 1 from task_outbox`)).length === 0);
    // The broker takes nothing, so that the API's relay cannot hand the task over.
    const release = platform.redis
      ? await platform.redis.takeAway()
      : await holding(platform.database.db, sql`lock table bullmq.job in exclusive mode`);
    const { status, taskId } = await user.upload(exampleResume);
    expect(status).toBe(202);
    api.child.kill('SIGKILL');
    await api.ended;
    expect(await rows(sql`select id from task_outbox where id = ${taskId}`)).toHaveLength(1);
    await release();

    const worker = await platform.startWorker('third');
    const again = await platform.startApi();
    await until(
      async () => (await rows(sql`select status from resumes where user_id = ${user.id} and status = 'completed'`)).length === 1,
    );
    await expectEverythingOnce(user.id, email);
    for (const command of [worker, again]) {
      command.child.kill('SIGTERM');
      expect(await command.ended).toBe(0);
    }
  });
});
