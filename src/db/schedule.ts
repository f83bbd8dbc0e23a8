import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { BeatSession, BeatStore, EntryState } from '../taskkit/index.js';
import type { Database } from './schema.js';

type Row = Selectable<Database['schedule_state']>;

/** Held by whoever changes which entries there are; its number means nothing else. */
const scheduleLock = 7_420_311;

/** The state of the schedule in the table `schedule_state`. The database's clock says what is due. */
export function createBeatStore(db: Kysely<Database>): BeatStore {
  return {
    transact: (act, now) => db.transaction().execute(async (transaction) => act(await openSession(transaction, now))),
    list: async () => (await db.selectFrom('schedule_state').selectAll().orderBy('name').execute()).map(stateOf),
  };
}

async function openSession(transaction: Transaction<Database>, clock: Date | undefined): Promise<BeatSession> {
  const now = clock ?? (await sql<{ now: Date }>`SELECT now()`.execute(transaction)).rows[0]!.now;
  return {
    transaction,
    now,
    async lockDue(definitions) {
      const rows = await transaction
        .selectFrom('schedule_state')
        .selectAll()
        .where('definition', '=', sql<string>`ANY(${definitions}::text[])`)
        .where('next_run_at', '<=', now)
        .where('paused', '=', false)
        .orderBy('next_run_at')
        .forUpdate()
        .skipLocked()
        .execute();
      return rows.map(stateOf);
    },
    async lockAll() {
      // Rows that are not there yet cannot be locked themselves.
      await sql`SELECT pg_advisory_xact_lock(${scheduleLock})`.execute(transaction);
      const rows = await transaction.selectFrom('schedule_state').selectAll().orderBy('name').forUpdate().execute();
      return rows.map(stateOf);
    },
    save: (states) => save(transaction, states),
    async remove(names) {
      await transaction.deleteFrom('schedule_state').where('name', '=', sql<string>`ANY(${names}::text[])`).execute();
    },
  };
}

async function save(transaction: Transaction<Database>, states: EntryState[]): Promise<void> {
  if (states.length === 0) return;
  await transaction
    .insertInto('schedule_state')
    .values(states.map(rowOf))
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet(({ ref }) => ({
        definition: ref('excluded.definition'),
        next_run_at: ref('excluded.next_run_at'),
        last_run_at: ref('excluded.last_run_at'),
        last_task_id: ref('excluded.last_task_id'),
        total_run_count: ref('excluded.total_run_count'),
        paused: ref('excluded.paused'),
      })),
    )
    .execute();
}

const stateOf = (row: Row): EntryState => ({
  name: row.name,
  definition: row.definition,
  nextRunAt: row.next_run_at,
  lastRunAt: row.last_run_at ?? undefined,
  lastTaskId: row.last_task_id ?? undefined,
  totalRunCount: row.total_run_count,
  paused: row.paused,
});

const rowOf = (state: EntryState): Row => ({
  name: state.name,
  definition: state.definition,
  next_run_at: state.nextRunAt,
  last_run_at: state.lastRunAt ?? null,
  last_task_id: state.lastTaskId ?? null,
  total_run_count: state.totalRunCount,
  paused: state.paused,
});
