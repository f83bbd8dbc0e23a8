import { createServer } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, isConnectionFault, waitForDatabase } from '#src/db/database.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('bigint is read as number, date as text, timestamptz as Date; in arrays too', async () => {
  const { rows } = await sql`
    SELECT count(*) AS count, ARRAY[5::bigint] AS ids, DATE '2026-02-28' AS day, ARRAY[DATE '2026-02-28'] AS days,
           TIMESTAMPTZ '2026-02-28 12:00Z' AS time, NULL::bigint AS nothing`.execute(database.db);
  expect(rows).toEqual([
    {
      count: 1,
      ids: [5],
      day: '2026-02-28',
      days: ['2026-02-28'],
      time: new Date('2026-02-28T12:00:00Z'),
      nothing: null,
    },
  ]);
});

test('a pool whose idle connections the server ends goes on working', async () => {
  const db = createDatabase(database.url, { max: 2, applicationName: 'to be cut' });
  await sql`SELECT 1`.execute(db);
  await sql`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'to be cut'`.execute(
    database.db,
  );
  await expect.poll(() => sql`SELECT 1 AS one`.execute(db).then(({ rows }) => rows, isConnectionFault)).toEqual([{ one: 1 }]);
  await db.destroy();
});

test('a query that is cut off fails with a connection fault', async () => {
  const db = createDatabase(database.url, { max: 1 });
  const error = await sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(db).catch((caught: unknown) => caught);
  expect(isConnectionFault(error)).toBe(true);
  await db.destroy();
});

test('waiting for a database that answers returns', async () => {
  await waitForDatabase(database.url, { timeoutSeconds: 10 });
});

test('waiting for a database that nobody serves tells its address, never the password', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const { port } = free.address() as { port: number };
  await new Promise((resolve) => free.close(resolve));

  const error = await waitForDatabase(`postgres://user:secret@127.0.0.1:${port}/app`, { timeoutSeconds: 0.5 }).catch((e) => e);
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', permanent: false });
  expect(error.message).toContain(`127.0.0.1:${port}/app`);
  expect(error.message).not.toContain('secret');
});

test('a wrong password is told at once', async () => {
  const url = new URL(database.url);
  url.password = 'guess';
  await expect(waitForDatabase(url.href, { timeoutSeconds: 3600 })).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringContaining('password authentication failed'),
  });
});
