import { type Insertable, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../schema.js';

type Row<Table extends keyof Database> = Insertable<Database[Table]>;

/** Inserts any number of rows in one statement. All rows have the keys of the first; none may hold a jsonb column. */
export async function insertAll<Table extends keyof Database>(
  transaction: Transaction<Database>,
  table: Table,
  rows: Row<Table>[],
): Promise<void> {
  if (rows.length > 0) await insertion(table, rows).execute(transaction);
}

/** Inserts rows likewise and returns them with the ids they were given. */
export async function insertWithIds<Table extends keyof Database, R extends Row<Table>>(
  transaction: Transaction<Database>,
  table: Table,
  rows: R[],
): Promise<(R & { id: number })[]> {
  if (rows.length === 0) return [];
  const inserted = await sql<{ id: number }>`${insertion(table, rows)} RETURNING id`.execute(transaction);
  // Identity values rise in the order of the rows.
  const ids = inserted.rows.map(({ id }) => id).sort((one, other) => one - other);
  return rows.map((row, index) => ({ ...row, id: ids[index]! }));
}

function insertion<Table extends keyof Database>(table: Table, rows: Row<Table>[]): RawBuilder<unknown> {
  const columns = sql.join(Object.keys(rows[0]!).map((column) => sql.ref(column)));
  return sql`
    INSERT INTO ${sql.table(table)} (${columns})
    SELECT ${columns} FROM jsonb_populate_recordset(NULL::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`;
}
