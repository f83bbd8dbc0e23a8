import { type Kysely, Migrator } from 'kysely';
import { coded } from '../errors.js';
import { createDatabase } from './database.js';
import { migrations } from './migrations/index.js';
import { type ReferenceData, saveReferenceData } from './reference-data.js';
import type { Database } from './schema.js';

const migratorOf = (db: Kysely<Database>) => new Migrator({ db, provider: { getMigrations: async () => migrations } });

/**
 * Brings the database to this version's schema, and the skills and achievements to `reference` when it is given.
 * Nothing is lost when it runs again, nor when two run at once: the second waits for the first. Returns the names of the
 * migrations that were applied; all of them are, or none.
 */
export async function migrate(databaseUrl: string, reference?: ReferenceData): Promise<string[]> {
  const db = createDatabase(databaseUrl, { max: 2, applicationName: 'journeyman-migrate' });
  try {
    const { error, results = [] } = await migratorOf(db).migrateToLatest();
    if (error) throw error;
    if (reference) await saveReferenceData(db, reference);
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await db.destroy();
  }
}

/** Throws DATABASE_NOT_MIGRATED, naming the migrations that are missing, unless the database has this version's schema. */
export async function assertMigrated(db: Kysely<Database>): Promise<void> {
  const known = await migratorOf(db).getMigrations();
  const missing = known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  if (missing.length > 0) throw coded('DATABASE_NOT_MIGRATED', { missing: missing.join(', ') });
}
