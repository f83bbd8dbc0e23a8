import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Cluster, writeFileFor } from './cluster.js';
import { identify, isStillRunning, type ProcessIdentity } from './process-identity.js';

/** Who is to stop the server: a process, or nobody until it is asked for. */
type Owner = ProcessIdentity | 'detached';

const ownerFile = ({ home }: Cluster) => path.join(home, 'owner.json');

function readOwner(cluster: Cluster): Owner | undefined {
  if (!existsSync(ownerFile(cluster))) return undefined;
  try {
    return JSON.parse(readFileSync(ownerFile(cluster), 'utf8')) as Owner;
  } catch {
    return undefined; // Half-written by a process that died: as good as none.
  }
}

/** Makes this process the server's owner, or nobody. */
export function own(cluster: Cluster, as: 'us' | 'detached'): void {
  const owner: Owner = as === 'detached' ? 'detached' : identify(process.pid)!;
  writeFileFor(undefined, ownerFile(cluster), JSON.stringify(owner));
}

/** Forgets the owner of a server that has ended. */
export const disown = (cluster: Cluster): void => rmSync(ownerFile(cluster), { force: true });

export function isOwnedByUs(cluster: Cluster): boolean {
  const owner = readOwner(cluster);
  return owner !== undefined && owner !== 'detached' && owner.pid === process.pid && isStillRunning(owner);
}

/** Whether the process that was to stop the server has died without doing so. */
export function isAbandoned(cluster: Cluster): boolean {
  const owner = readOwner(cluster);
  return owner === undefined || (owner !== 'detached' && !isStillRunning(owner));
}
