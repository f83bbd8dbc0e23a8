import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { inject } from 'vitest';
import { createDatabase } from '#src/db/database.js';
import type { Database } from '#src/db/schema.js';
import { templateDatabase, withDatabase } from './database-urls.js';

export interface TestDatabase {
  url: string;
  db: Kysely<Database>;
  /** Ends `db` and deletes the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** Makes a database with the whole schema and no rows, for one test file. Call `drop` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('databaseServerUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`);
  const url = withDatabase(serverUrl, name);
  const db = createDatabase(url, { applicationName: 'journeyman-test' });
  return {
    url,
    db,
    drop: async () => {
      await db.destroy();
      await onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
