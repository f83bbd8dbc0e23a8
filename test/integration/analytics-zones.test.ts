import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { resolveSettings } from '#src/settings.js';
import { wallTimeAt } from '#src/taskkit/index.js';
import { createTestDatabase } from '../support/database.js';

const isAllowed = (zone: string): boolean => {
  try {
    return resolveSettings({ env: { CELERY_TIMEZONE: zone } }).timezone === zone;
  } catch {
    return false;
  }
};

it('every time zone that the settings allow is the same one to PostgreSQL, in winter and in summer', async () => {
  const { db, drop } = await createTestDatabase();
  try {
    const { rows } = await sql<{ zone: string; at: string; wall: string }>`
      SELECT zone, at, to_char(at::timestamptz AT TIME ZONE zone, 'YYYY-MM-DD"T"HH24:MI:SS') AS wall
      FROM (SELECT name AS zone FROM pg_timezone_names UNION SELECT abbrev FROM pg_timezone_abbrevs) AS zones,
        unnest(ARRAY['2019-01-15T12:00:00Z', '2019-07-15T12:00:00Z']) AS at
    `.execute(db);
    const allowed = rows.filter(({ zone }) => isAllowed(zone));
    expect(allowed.length).toBeGreaterThan(2 * 400);
    const different = allowed.filter(
      ({ zone, at, wall }) => new Date(wallTimeAt(Date.parse(at), zone)).toISOString().slice(0, 19) !== wall,
    );
    expect(different).toEqual([]);
  } finally {
    await drop();
  }
});
