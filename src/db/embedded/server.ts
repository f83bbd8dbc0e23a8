import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TaskLogger } from '../../taskkit/index.js';
import { type Cluster, ensureCluster, hasPassword } from './cluster.js';
import { embeddedFailure, reportingFailures } from './failure.js';
import { withLock } from './lock.js';
import { disown, isAbandoned, isOwnedByUs, own } from './owner.js';
import { existingPlace, homeOf, placeCluster } from './placement.js';
import { findRunning, type Postmaster, startPostmaster, stopForgotten, stopPostmaster, urlOf } from './postmaster.js';

type Log = Pick<TaskLogger, 'info' | 'warn'>;

export interface EmbeddedOptions {
  /** The project's state folder; the cluster lies in `postgres/` below it. */
  folder: string;
  /** Where data and programs go when the server runs for root and cannot use `folder`. */
  fallbackFolder: string;
  log: Log;
  /** The server belongs to nobody and runs until `stopEmbedded`. Default false: the process that started it stops it. */
  detach?: boolean;
}

export interface EmbeddedServer {
  /** The URL of the platform's database, with its password. */
  url: string;
  port: number;
  pid: number;
  /** Where the data lies. */
  folder: string;
  /** Whether this call started the server, or took it over from a process that died. */
  startedHere: boolean;
  /** Stops the server if this call made its process the owner, which it still is; otherwise does nothing. */
  stop(): Promise<void>;
}

/** One process at a time starts or stops the project's server. */
const exclusively = <T>(folder: string, work: (home: string) => Promise<T>): Promise<T> =>
  reportingFailures(folder, () => {
    const home = homeOf(folder);
    const onTimeout = (holder: number) =>
      embeddedFailure(folder, `process ${holder} has been starting or stopping it for 2 minutes`, 'End that process.');
    return withLock(path.join(home, 'lock'), { timeoutSeconds: 120, onTimeout }, () => work(home));
  });

/**
 * Starts the project's PostgreSQL server, or joins the one that runs already, and makes its data when there is none.
 * Throws DATABASE_EMBEDDED_FAILED with the reason and a remedy.
 */
export function startEmbedded({ folder, fallbackFolder, log, detach = false }: EmbeddedOptions): Promise<EmbeddedServer> {
  return exclusively(folder, async (home) => {
    const cluster = await placeCluster(home, fallbackFolder);
    const running = await findRunning(cluster);
    const startedHere = !running || isAbandoned(cluster);
    if (startedHere || detach) own(cluster, detach ? 'detached' : 'us');
    const postmaster = running ?? (await start(cluster, log));
    return {
      url: urlOf(cluster, postmaster),
      ...postmaster,
      folder: cluster.data,
      startedHere,
      stop: async () => {
        if (!startedHere) return;
        await exclusively(folder, async () => {
          if (isOwnedByUs(cluster)) await end(cluster);
        });
      },
    };
  });
}

async function start(cluster: Cluster, log: Log): Promise<Postmaster> {
  const { user, home, place } = cluster;
  if (user && place !== home) {
    log.info({ folder: place }, `The database is in ${place}: user ${user.name}, who runs it for root, cannot use ${home}`);
  }
  if (!hasPassword(cluster)) await stopForgotten(cluster);
  await ensureCluster(cluster, log);
  return startPostmaster(cluster);
}

async function end(cluster: Cluster): Promise<boolean> {
  const running = await findRunning(cluster);
  if (running) await stopPostmaster(cluster);
  disown(cluster);
  return running !== undefined;
}

/** The project's running server, undefined when there is none. Starts nothing. */
export async function embeddedStatus(
  folder: string,
  fallbackFolder: string,
): Promise<Omit<EmbeddedServer, 'startedHere' | 'stop'> | undefined> {
  return withExisting(folder, fallbackFolder, async (cluster) => {
    const running = await findRunning(cluster);
    return running && { url: urlOf(cluster, running), ...running, folder: cluster.data };
  });
}

/** Stops the project's server, whoever started it. Tells whether there was one. */
export async function stopEmbedded(folder: string, fallbackFolder: string): Promise<boolean> {
  return (await withExisting(folder, fallbackFolder, (cluster) => end(cluster))) ?? false;
}

async function withExisting<T>(
  folder: string,
  fallbackFolder: string,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T | undefined> {
  if (!existsSync(path.join(folder, 'postgres'))) return undefined;
  return exclusively(folder, async (home) =>
    existingPlace(home, fallbackFolder) ? work(await placeCluster(home, fallbackFolder)) : undefined,
  );
}
