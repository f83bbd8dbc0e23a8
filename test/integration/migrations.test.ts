import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertMigrated, migrate } from '#src/db/migrate.js';
import type { ReferenceData } from '#src/db/reference-data.js';
import type { Database } from '#src/db/schema.js';
import { createTestDatabase } from '../support/database.js';
import { databaseColumns } from '../support/database-columns.js';

let test: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const empty = (db: Kysely<Database>) => sql`DROP SCHEMA public CASCADE; CREATE SCHEMA public`.execute(db);

describe('migrate', () => {
  it('makes exactly the tables and columns of the Database interface', async () => {
    const { rows } = await sql<{ table_name: string; columns: string[] }>`
      SELECT table_name, array_agg(column_name::text ORDER BY column_name) AS columns
      FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name NOT LIKE 'kysely\\_%'
      GROUP BY table_name
    `.execute(test.db);
    const made = Object.fromEntries(rows.map(({ table_name, columns }) => [table_name, columns.sort()]));
    const declared = Object.entries(databaseColumns).map(([table, columns]) => [table, Object.keys(columns).sort()]);
    expect(made).toEqual(Object.fromEntries(declared));
  });

  it('applies everything to an empty database, and nothing the second time', async () => {
    await empty(test.db);
    const applied = await migrate(test.url);
    expect(applied[0]).toBe('0001-people');
    expect(await migrate(test.url)).toEqual([]);
  });

  it('lets the second of two wait for the first', async () => {
    await empty(test.db);
    const [one, two] = await Promise.all([migrate(test.url, reference), migrate(test.url, reference)]);
    expect([one.length, two.length].sort()).toEqual([0, Math.max(one.length, two.length)]);
    expect(Math.max(one.length, two.length)).toBeGreaterThan(0);
  });
});

describe('assertMigrated', () => {
  it('passes when the schema is there', async () => {
    await migrate(test.url);
    await assertMigrated(test.db);
  });

  it('names what is missing in an empty database', async () => {
    await empty(test.db);
    await expect(assertMigrated(test.db)).rejects.toMatchObject({
      code: 'DATABASE_NOT_MIGRATED',
      message: expect.stringContaining('0001-people'),
    });
  });
});

const reference: ReferenceData = {
  skills: [
    { name: 'TypeScript', slug: 'typescript', category: 'Languages', aliases: ['TS'], related: ['JavaScript'] },
    { name: 'JavaScript', slug: 'javascript', category: 'Languages', aliases: ['JS', 'ECMAScript'], related: [] },
  ],
  achievements: [
    {
      key: 'first_post',
      name: 'First Post',
      description: 'Write a post',
      points: 10,
      rarity: 'common',
      metric: 'posts',
      threshold: 1,
    },
  ],
};

describe('reference data', () => {
  const skills = () =>
    test.db.selectFrom('skills').select(['id', 'name', 'slug', 'aliases', 'related', 'updated_at']).orderBy('slug').execute();

  it('saves skills and achievements, and leaves them alone when nothing has changed', async () => {
    await migrate(test.url, reference);
    const before = await skills();
    expect(before).toMatchObject([
      { slug: 'javascript', aliases: ['JS', 'ECMAScript'], related: [] },
      { slug: 'typescript', name: 'TypeScript', related: ['JavaScript'] },
    ]);
    expect(await test.db.selectFrom('achievements').selectAll().execute()).toEqual(reference.achievements);

    await migrate(test.url, reference);
    expect(await skills()).toEqual(before);
  });

  it('changes what is defined otherwise now, and keeps what is no longer defined', async () => {
    const before = await skills();
    const [typescript] = reference.skills;
    await migrate(test.url, {
      skills: [{ ...typescript!, name: 'Typed JavaScript' }],
      achievements: [{ ...reference.achievements[0]!, points: 12 }],
    });
    const after = await skills();
    expect(after.map(({ id, slug }) => [id, slug])).toEqual(before.map(({ id, slug }) => [id, slug]));
    expect(after.map(({ name }) => name)).toEqual(['JavaScript', 'Typed JavaScript']);
    expect(after[0]).toEqual(before[0]);
    expect(await test.db.selectFrom('achievements').select('points').execute()).toEqual([{ points: 12 }]);
  });
});

describe('the schema refuses', () => {
  const user = (email: string, username: string) =>
    test.db.insertInto('users').values({ email, username, name: 'Ada', password_hash: 'x' }).returning('id');
  const idOf = async (name: string) => (await user(`${name}@example.com`, name).executeTakeFirstOrThrow()).id;

  it('a second account with the same address or username in another case', async () => {
    await idOf('ada');
    await expect(user('ADA@example.com', 'other').execute()).rejects.toMatchObject({ constraint: 'users_email_key' });
    await expect(user('other@example.com', 'Ada').execute()).rejects.toMatchObject({ constraint: 'users_username_key' });
  });

  it('points twice from one source', async () => {
    const gift = { user_id: await idOf('bob'), points: 10, source: 'achievement:first_post' };
    await test.db.insertInto('points_ledger').values(gift).execute();
    await expect(test.db.insertInto('points_ledger').values(gift).execute()).rejects.toMatchObject({ code: '23505' });
  });

  it('a second connection of two people, whoever asks', async () => {
    const [one, two] = [await idOf('cleo'), await idOf('dan')];
    await test.db.insertInto('connections').values({ requester_id: one, addressee_id: two }).execute();
    await expect(
      test.db.insertInto('connections').values({ requester_id: two, addressee_id: one }).execute(),
    ).rejects.toMatchObject({ constraint: 'connections_pair_key' });
  });

  it('a like of nothing', async () => {
    const like = { user_id: await idOf('eve') };
    await expect(test.db.insertInto('likes').values(like).execute()).rejects.toMatchObject({ code: '23514' });
  });
});
