import { afterAll, beforeAll, expect, it } from 'vitest';
import { forgetDeadWorkers, listWorkers } from '#src/db/workers.js';
import { createTestDatabase } from '../support/database.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('forgets workers that have been silent for more than a day, and no others', async () => {
  const { db } = database;
  const silentFor = { talking: 1, silent: 3600, dead: 25 * 3600 };
  for (const [name, seconds] of Object.entries(silentFor)) {
    const at = new Date(Date.now() - seconds * 1000);
    await db
      .insertInto('workers')
      .values({ name, hostname: 'host', pid: 1, queues: ['celery'], concurrency: 1, started_at: at, heartbeat_at: at })
      .execute();
  }
  await forgetDeadWorkers(db);
  expect((await listWorkers(db)).map(({ name, online }) => [name, online])).toEqual([
    ['silent', false],
    ['talking', true],
  ]);
});
