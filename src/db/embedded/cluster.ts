import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TaskLogger } from '../../taskkit/index.js';
import type { Binaries } from './binaries.js';
import { embeddedFailure, useOwnServer } from './failure.js';
import { runAs, type ServerUser } from './server-user.js';

/** The name of the embedded server's only user, and of its database. */
export const databaseName = 'journeyman';

/** A database cluster: one server's data, and what it takes to run it. */
export interface Cluster {
  /** Holds what only we read: the password, who owns the server, the lock. */
  home: string;
  /** Holds the data folder and the server's log; differs from `home` when the server's user cannot enter that. */
  place: string;
  data: string;
  logFile: string;
  binaries: Binaries;
  /** The account the server runs as; undefined when it is our own. */
  user: ServerUser | undefined;
}

const passwordFile = (cluster: Cluster) => path.join(cluster.home, 'password');

export const readPassword = (cluster: Cluster): string => readFileSync(passwordFile(cluster), 'utf8').trim();

export const hasPassword = (cluster: Cluster): boolean => existsSync(passwordFile(cluster));

const majorOf = (version: string) => version.split('.')[0]!.trim();

/**
 * Makes the cluster unless there is one. Throws DATABASE_EMBEDDED_FAILED when the one there is cannot be used.
 * A data folder without its password, which nobody can open any more, is set aside.
 */
export async function ensureCluster(cluster: Cluster, log: Pick<TaskLogger, 'info' | 'warn'>): Promise<void> {
  if (existsSync(cluster.data) && !hasPassword(cluster)) setAside(cluster, log);
  if (!existsSync(cluster.data)) return initialise(cluster, log);
  const found = majorOf(readFileSync(path.join(cluster.data, 'PG_VERSION'), 'utf8'));
  const needed = majorOf(cluster.binaries.packageVersion);
  if (found !== needed) {
    throw embeddedFailure(
      cluster.data,
      `its data is of PostgreSQL ${found}, but this version of Journeyman runs PostgreSQL ${needed}`,
      `Dump it with the version of Journeyman that made it, move ${cluster.data} away, start again and load the dump.`,
    );
  }
}

function setAside(cluster: Cluster, log: Pick<TaskLogger, 'warn'>): void {
  const kept = `${cluster.data}.${new Date().toISOString().replace(/\D/g, '')}`;
  renameSync(cluster.data, kept);
  log.warn({ kept }, `The password of the database in ${cluster.data} is gone. Its data is kept in ${kept}; a new one is made.`);
}

/** Makes the cluster beside its place and moves it there when it is complete, so that a data folder is never half-done. */
async function initialise(cluster: Cluster, log: Pick<TaskLogger, 'info'>): Promise<void> {
  const { user, binaries, place, data } = cluster;
  const draft = path.join(place, 'initialising');
  const password = randomBytes(24).toString('hex');
  const passwordForInitdb = path.join(place, 'initialising.password');
  try {
    rmSync(draft, { recursive: true, force: true });
    makeFolderFor(user, draft);
    writeFileFor(user, passwordForInitdb, password);
    const { ok, output } = await runAs(user, binaries.initdb, [...initdbOptions, `--pwfile=${passwordForInitdb}`, '-D', draft]);
    if (!ok) throw embeddedFailure(place, `initdb failed: ${lastLines(output)}`, useOwnServer);
    writeFileFor(undefined, passwordFile(cluster), password);
    renameSync(draft, data);
  } finally {
    rmSync(passwordForInitdb, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
  log.info({ folder: data }, `Made a PostgreSQL ${majorOf(binaries.packageVersion)} database in ${data}`);
}

/** The same text order, time zone and settings on every machine; reached by TCP from this machine only. */
const initdbOptions = [
  `--username=${databaseName}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  ...[
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
    'lc_messages=C',
  ].map((setting) => `--set=${setting}`),
];

/** Makes a folder that only the server's user can enter. */
export function makeFolderFor(user: ServerUser | undefined, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
}

/** Makes a file, in place of an earlier one, that only this user (or we ourselves) can read. */
export function writeFileFor(user: ServerUser | undefined, file: string, content: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
  if (user) chownSync(file, user.uid, user.gid);
}

export const lastLines = (output: string): string => output.split('\n').slice(-3).join(' ').trim();
