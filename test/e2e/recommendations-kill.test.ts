import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holding } from '../support/holding.js';
import { until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';

const users = 6000;

describe('the daily recommendations', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await openPlatform('postgres');
    const { db } = platform.database;
    await sql`
      INSERT INTO users (email, username, name, password_hash, last_seen_at)
      SELECT 'user' || n || '@example.com', 'user' || n, 'User ' || n, 'x', now() FROM generate_series(1, ${sql.lit(users)}) AS n
    `.execute(db);
    await sql`
      WITH chosen AS (SELECT id, row_number() OVER (ORDER BY id) AS at FROM skills ORDER BY id LIMIT 100)
      INSERT INTO user_skills (user_id, skill_id, proficiency, source)
      SELECT users.id, chosen.id, 3, 'manual' FROM users JOIN chosen ON (users.id * 7 + chosen.at) % 12 = 0
    `.execute(db);
    await sql`
      WITH job AS (
        INSERT INTO jobs (title, company, description, location, level, type)
        SELECT 'Job ' || n, 'Company ' || n, 'Work.', 'Leeds', 'mid', 'full_time' FROM generate_series(1, 300) AS n
        RETURNING id
      )
      INSERT INTO job_skills (job_id, skill_id)
      SELECT job.id, skills.id FROM job JOIN (SELECT id FROM skills ORDER BY id LIMIT 100) AS skills ON (job.id * 5 + skills.id) % 20 = 0
    `.execute(db);
  });
  afterAll(() => platform.close());

  it('leave out nobody, though kill -9 ends one of two workers in the middle', { timeout: 180_000 }, async () => {
    const { db } = platform.database;
    const rowsOf = async (query: RawBuilder<unknown>) => (await query.execute(db)).rows.length;
    const doomed = await platform.startWorker('doomed', '-c', '1', '-Q', 'recommendation');
    const other = await platform.startWorker('other', '-c', '1', '-Q', 'recommendation');
    const call = platform.start([
      'call',
      'tasks.recommendation_tasks.generate_daily_recommendations',
      '--wait',
      '--timeout',
      '170',
    ]);
    await until(async () => (await rowsOf(sql`SELECT FROM recommendations LIMIT 1`)) > 0);
    // Both stand still in the middle of storing lists.
    const release = await holding(db, sql`LOCK TABLE recommendations IN SHARE MODE`);
    const waiting = sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => (await rowsOf(waiting)) >= 2);
    doomed.child.kill('SIGKILL');
    expect(await doomed.ended).toBe('SIGKILL');
    await release();
    expect(await call.ended).toBe(0);

    expect(other.output()).toContain('was taken back from a lost worker');
    const { rows } = await sql<{ users: number; lists: number }>`
      SELECT count(DISTINCT user_id) AS users, count(*) AS lists FROM recommendations
    `.execute(db);
    expect(rows).toEqual([{ users, lists: users * 5 }]);
    other.child.kill('SIGTERM');
    expect(await other.ended).toBe(0);
  });
});
