import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { expireAudit } from '#src/db/monitor-audit.js';
import { createTestDatabase } from '../support/database.js';

it('what was done through the monitor is forgotten after so many days', async () => {
  const test = await createTestDatabase();
  await sql`
    INSERT INTO monitor_audit (at, user_name, address, action, target, details, outcome)
    SELECT now() - make_interval(days => age), 'ops', '127.0.0.1', 'task.retry', age::text, '{}', 'done' FROM unnest(ARRAY[1, 29, 31, 400]) AS age
  `.execute(test.db);
  await expireAudit(test.db, 30);
  await expireAudit(test.db, 30);
  const left = await test.db.selectFrom('monitor_audit').select('target').orderBy('id').execute();
  expect(left.map(({ target }) => target)).toEqual(['1', '29']);
  await test.drop();
});
