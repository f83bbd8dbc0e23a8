import {
  assertSchemaCompatibility,
  type ConnectionOptions,
  createPostgresBackend,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import pg from 'pg';
import { coded } from '../../errors.js';
import { isConnectionFault } from '../connection-fault.js';
import type { Connection, Transport } from './transport.js';

const schema = 'bullmq';

/** What another try of the same statement may mend: a lost connection, or a deadlock, which undid the statement. */
const isPassing = (error: unknown) =>
  isConnectionFault(error) || ['40P01', '40001'].includes((error as { code?: string }).code ?? '');

/**
 * A pool whose statements outlive a restart of the server: while the connection is at fault, or others stand in the way,
 * they are tried again, up to `patienceMs`. Every statement the broker sends may be sent twice: messages carry their ids,
 * and a claim that got lost on the way back is found by the check for stalled tasks.
 */
function patientPool(url: string, max: number, patienceMs: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    options: `-c search_path=${schema}`,
    application_name: 'journeyman-broker',
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    allowExitOnIdle: true,
  });
  // A connection that the server ends while it is idle, in the pool or checked out, is no fault: the next statement gets another.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  const query = pool.query.bind(pool) as (text: string, values?: unknown[]) => Promise<pg.QueryResult>;
  const patientQuery = async (text: string, values?: unknown[]): Promise<pg.QueryResult> => {
    const started = Date.now();
    for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
      try {
        return await query(text, values);
      } catch (error) {
        if (pool.ending || !isPassing(error) || Date.now() + wait - started > patienceMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };
  return Object.assign(pool, { query: patientQuery }) as pg.Pool;
}

const connectionTo = (pool: pg.Pool): Connection => ({
  options: { connection: pool as unknown as ConnectionOptions },
  backend: createPostgresBackend as unknown as Connection['backend'],
});

/** The queues in PostgreSQL, in a schema of their own. A process holds up to 4 connections, and a worker queues + 8 more. */
export function postgresTransport(url: string): Transport {
  const pool = patientPool(url, 4, 3000);
  const { hostname, port, pathname } = new URL(url);
  const address = `postgres://${hostname}:${port || 5432}${pathname}`;
  return {
    address,
    producer: connectionTo(pool),
    consumer(queues) {
      // Every queue's worker holds one connection for LISTEN; a pool with fewer would wait for itself for ever.
      const own = patientPool(url, queues + 8, Number.POSITIVE_INFINITY);
      return { ...connectionTo(own), close: () => own.end() };
    },
    // One statement stores them all, and waits for the disk once.
    bulkSize: Number.POSITIVE_INFINITY,
    async ping() {
      try {
        await assertSchemaCompatibility(pool, schema);
      } catch (error) {
        if (error instanceof SchemaMigrationRequiredError) throw coded('BROKER_NOT_MIGRATED', { address }, { cause: error });
        throw error;
      }
    },
    // BullMQ keeps a row of its own for each queue.
    announce: async () => undefined,
    queues: async () => (await pool.query<{ queue: string }>('select distinct queue from meta')).rows.map((row) => row.queue),
    findQueue: async (id) =>
      (
        await pool.query<{ queue: string }>(
          'select queue from job where id = $1 and queue in (select distinct queue from meta)',
          [id],
        )
      ).rows[0]?.queue,
    async waiting(queue, limit) {
      const { rows } = await pool.query<{ id: string }>(
        `select id from job where queue = $1 and state = 'waiting' order by priority, seq limit $2`,
        [queue, limit ?? null],
      );
      return rows.map(({ id }) => id);
    },
    async delayed(queue, limit) {
      const { rows } = await pool.query<{ id: string; due: string }>(
        `select id, process_at_ms as due from job where queue = $1 and state = 'delayed' order by process_at_ms, id limit $2`,
        [queue, limit],
      );
      return rows.map(({ id, due }) => ({ id, due: Number(due) }));
    },
    close: () => pool.end(),
  };
}

/** Makes or updates the broker's own tables. */
export async function migratePostgresBroker(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
}
