import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, databaseName, hasPassword, lastLines, readPassword, writeFileFor } from './cluster.js';
import { embeddedFailure } from './failure.js';
import { commandLine } from './process-identity.js';
import { runAs } from './server-user.js';

/** A running server: its main process and the port it listens on. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** How long a server may take to start or stop; recovery after a crash can take a while. */
const patienceSeconds = 120;

const pidFile = ({ data }: Pick<Cluster, 'data'>) => path.join(data, 'postmaster.pid');

/** The URL of one database of the server. */
export function urlOf(cluster: Cluster, { port }: Postmaster, database = databaseName): string {
  return `postgres://${databaseName}:${readPassword(cluster)}@127.0.0.1:${port}/${database}`;
}

/** What postmaster.pid says, whether or not that process still lives. Its lines: pid, data folder, start time, port, … */
function readPidFile(cluster: Pick<Cluster, 'data'>): Postmaster | undefined {
  if (!existsSync(pidFile(cluster))) return undefined;
  const lines = readFileSync(pidFile(cluster), 'utf8').split('\n');
  return { pid: Math.abs(Number(lines[0])), port: Number(lines[3] ?? 0) };
}

/**
 * The cluster's running server, once it answers; undefined when there is none, or none that we have the password of.
 * A pid file left behind whose number another process has now is removed, since the server would not start beside it.
 */
export async function findRunning(cluster: Cluster): Promise<Postmaster | undefined> {
  if (!hasPassword(cluster)) return undefined;
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const listed = readPidFile(cluster);
    const command = listed && commandLine(listed.pid);
    if (!listed || command === undefined) return undefined;
    if (await answers(cluster, listed)) return listed;
    if (!command.includes(cluster.data)) {
      rmSync(pidFile(cluster), { force: true });
      return undefined;
    }
    if (Date.now() > deadline) {
      throw embeddedFailure(
        cluster.data,
        `process ${listed.pid} serves it but does not answer`,
        `Look into ${cluster.logFile}, or end that process.`,
      );
    }
    await sleep(100);
  }
}

/** Whether what answers at this port is this cluster's server: it knows the password, and has this data. */
async function answers(cluster: Cluster, postmaster: Postmaster): Promise<boolean> {
  if (!postmaster.port) return false;
  try {
    const [row] = await query(urlOf(cluster, postmaster, 'postgres'), 'SHOW data_directory');
    return path.resolve(row!.data_directory as string) === cluster.data;
  } catch {
    return false; // Not yet, or no longer, or it is another program that need not even speak PostgreSQL's protocol.
  }
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/**
 * Starts the server and waits until it answers: at the port it had before, so that programs which were connected find it
 * again, or at a free one.
 */
export async function startPostmaster(cluster: Cluster): Promise<Postmaster> {
  const deadline = Date.now() + 20_000;
  const portFile = path.join(cluster.home, 'port');
  const before = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
  for (let attempt = 0; ; attempt++) {
    const port = (attempt < 5 && (await freePort(before))) || (await freePort(0))!;
    if (existsSync(cluster.logFile)) renameSync(cluster.logFile, `${cluster.logFile}.old`);
    writeFileFor(cluster.user, cluster.logFile, '');
    const { ok, output } = await pgCtl(cluster, 'start', '-l', cluster.logFile, '-o', `-p ${port}`);
    if (ok) break;
    const reason = readFileSync(cluster.logFile, 'utf8');
    // The port was taken meanwhile, or processes of a server that was killed are still on their way out.
    const passing = /could not bind|shared memory block .* is still in use/.test(reason);
    if (!passing || Date.now() > deadline) {
      const fatal = reason.match(/(?:FATAL|ERROR): .*/g)?.at(-1) ?? lastLines(reason || output);
      throw embeddedFailure(cluster.data, fatal, `The whole log is ${cluster.logFile}.`);
    }
    await sleep(100);
  }
  const postmaster = readPidFile(cluster)!;
  writeFileSync(portFile, String(postmaster.port));
  try {
    await ensureDatabase(cluster, postmaster);
  } catch (error) {
    await stopPostmaster(cluster);
    throw error;
  }
  return postmaster;
}

async function ensureDatabase(cluster: Cluster, postmaster: Postmaster): Promise<void> {
  const url = urlOf(cluster, postmaster, 'postgres');
  const found = await query(url, `SELECT 1 FROM pg_database WHERE datname = '${databaseName}'`);
  if (found.length === 0) await query(url, `CREATE DATABASE ${databaseName}`);
}

/** Ends the server: sessions are cut, what is committed is kept. */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  const { ok, output } = await pgCtl(cluster, 'stop', '-m', 'fast');
  if (!ok && existsSync(pidFile(cluster))) {
    throw embeddedFailure(cluster.data, `it did not stop: ${lastLines(output)}`, `Look into ${cluster.logFile}.`);
  }
}

/** Ends the server of a cluster whose password is gone: whoever deleted our folder left it running elsewhere. */
export async function stopForgotten(cluster: Cluster): Promise<void> {
  const listed = readPidFile(cluster);
  if (listed && commandLine(listed.pid)?.includes(cluster.data)) await stopPostmaster(cluster);
}

const pgCtl = ({ user, binaries, data }: Cluster, action: string, ...options: string[]) =>
  runAs(user, binaries.pgCtl, [action, '-D', data, '-w', '-t', String(patienceSeconds), '-s', ...options]);

/** The wanted port if it is free, any free one for 0; undefined when the wanted one is taken. */
function freePort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
