import { type Kysely, sql, type Transaction } from 'kysely';
import type { TaskLogger } from '../../taskkit/index.js';
import type { Database } from '../schema.js';
import { seedCommunity } from './community.js';
import { insertAll } from './insert.js';
import { seedJobs } from './jobs.js';
import { seedLearning } from './learning.js';
import { seedMentoring } from './mentoring.js';
import { seedNetwork } from './network.js';
import { demoDomain, seedPeople } from './people.js';
import { createRandom } from './random.js';
import { byTime, loadSkills, type World } from './world.js';

export interface DemoOptions {
  /** The demo data lies in the twelve months before it. */
  now: Date;
  /** Of the one password that all demo users log in with. */
  passwordHash: string;
  log: TaskLogger;
}

interface DemoResult {
  /** False when the demo data was there already, so that nothing was changed. */
  seeded: boolean;
  /** How many rows the demo's tables hold. */
  counts: Record<string, number>;
  /** The address of the demo user who is staff. */
  staffEmail: string;
}

/**
 * Fills the database with a made-up platform: 200 users with a year of life. The same `now` and skills give the same data.
 * All or nothing is saved; a second run, even at the same time, changes nothing.
 * Throws COMMAND_FAILED when the database has no skills yet.
 */
export function seedDemo(db: Kysely<Database>, { now, passwordHash, log }: DemoOptions): Promise<DemoResult> {
  return db.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(hashtext('journeyman:seed-demo'))`.execute(transaction);
    const seeded = (await findStaff(transaction)) === undefined;
    if (seeded) await seedEverything(transaction, now, passwordHash);
    const staffEmail = (await findStaff(transaction))!.email;
    const counts = await countRows(transaction);
    log.info({ counts }, seeded ? 'The demo data is in the database' : 'The demo data was there already; nothing was changed');
    return { seeded, counts, staffEmail };
  });
}

const findStaff = (transaction: Transaction<Database>) =>
  transaction
    .selectFrom('users')
    .select('email')
    .where('email', 'like', `%@${demoDomain}`)
    .where('is_staff', '=', true)
    .executeTakeFirst();

async function seedEverything(transaction: Transaction<Database>, now: Date, passwordHash: string): Promise<void> {
  const world: World = {
    transaction,
    random: createRandom(20_260),
    now,
    skillsNamed: await loadSkills(transaction),
    people: [],
    activity: [],
    notifications: [],
    points: [],
  };
  await seedPeople(world, passwordHash);
  await seedLearning(world);
  await seedJobs(world);
  await seedMentoring(world);
  await seedCommunity(world);
  await seedNetwork(world);
  await insertAll(
    transaction,
    'activity_events',
    world.activity.sort((one, other) => +one.occurred_at - +other.occurred_at),
  );
  await insertAll(transaction, 'notifications', world.notifications.sort(byTime));
  await insertAll(transaction, 'points_ledger', world.points.sort(byTime));
}

const tables = [
  ...(['users', 'user_skills', 'courses', 'enrollments', 'jobs', 'job_applications', 'mentors', 'mentor_sessions'] as const),
  ...([
    'posts',
    'comments',
    'likes',
    'connections',
    'endorsements',
    'notifications',
    'activity_events',
    'points_ledger',
  ] as const),
];

async function countRows(transaction: Transaction<Database>): Promise<Record<string, number>> {
  const queries = tables.map((table) => sql`SELECT ${table}::text AS name, count(*) AS rows FROM ${sql.table(table)}`);
  const { rows } = await sql<{ name: string; rows: number }>`${sql.join(queries, sql` UNION ALL `)}`.execute(transaction);
  return Object.fromEntries(rows.map(({ name, rows }) => [name, rows]));
}
