import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { coded } from '../errors.js';
import { isConnectionFault } from '../taskkit/index.js';
import type { Database } from './schema.js';

export { isConnectionFault };

/** For a type's number (pg_type.oid): how we read it, or the number of the type it is to be read as. */
const standIns = new Map<number, number | ((value: string) => unknown)>([
  [20, (value) => Number(value)], // int8
  [1016, 1007], // int8[] as int4[]
  [1082, (value) => value], // date
  [1182, 1009], // date[] as text[]
]);

/** Ids and counts as numbers, calendar days as 'YYYY-MM-DD': for this pool only, since other users of pg expect its defaults. */
const types: pg.CustomTypesConfig = {
  getTypeParser(type, format) {
    const standIn = format === 'binary' ? undefined : standIns.get(type);
    if (standIn === undefined) return pg.types.getTypeParser(type, format);
    return typeof standIn === 'function' ? standIn : pg.types.getTypeParser(standIn, format);
  },
};

export interface DatabaseOptions {
  /** The most connections the pool opens. Default 10. */
  max?: number;
  /** Shown by PostgreSQL in pg_stat_activity. Default 'journeyman'. */
  applicationName?: string;
}

/**
 * Opens a pool on the database; it connects with the first query. End it with `destroy()`.
 * Timestamps are read as Date, bigint as number, date as 'YYYY-MM-DD'. A statement is ended after 2 minutes.
 */
export function createDatabase(
  url: string,
  { max = 10, applicationName = 'journeyman' }: DatabaseOptions = {},
): Kysely<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 120_000,
    idle_in_transaction_session_timeout: 120_000,
  });
  // An idle connection that the server ends is dropped by the pool; the next query opens another one.
  pool.on('error', () => {});
  // One that is ended while it is checked out and idle would, without a listener, end the process; its next query fails instead.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Waits until the database answers, trying again and again.
 * Throws DATABASE_UNREACHABLE after `timeoutSeconds`, or at once when it answers with a refusal that waiting does not change.
 */
export async function waitForDatabase(url: string, { timeoutSeconds }: { timeoutSeconds: number }): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    try {
      return await ping(url, Math.max(deadline - Date.now(), 100));
    } catch (error) {
      if (isRefusal(error) || Date.now() >= deadline) {
        throw coded('DATABASE_UNREACHABLE', { address: addressOf(url), reason: reasonOf(error) }, { cause: error });
      }
    }
    await sleep(200);
  }
}

async function ping(url: string, timeoutMilliseconds: number): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMilliseconds });
  // Without a listener, a connection lost between two steps would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}

/** Host, port and database of a URL, without user and password. */
function addressOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** The server is there and says no: wrong password, no such database. */
const isRefusal = (error: unknown) => error instanceof pg.DatabaseError && !isConnectionFault(error);
