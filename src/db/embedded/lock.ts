import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isStillRunning, type ProcessIdentity } from './process-identity.js';

/**
 * Runs `work` while this process holds the lock file, so that of several processes one at a time works.
 * A lock whose holder is dead is broken. Throws what `onTimeout` makes when a live one holds it for longer than `timeoutSeconds`.
 */
export async function withLock<T>(
  file: string,
  { timeoutSeconds, onTimeout }: { timeoutSeconds: number; onTimeout: (holder: number) => Error },
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const own = JSON.stringify({ ...identify(process.pid), token: randomUUID() });
  while (!take(file, own)) {
    const held = read(file);
    if (held === undefined) continue;
    const holder = parse(held);
    if (!holder || !isStillRunning(holder)) breakLock(file, held);
    else if (Date.now() >= deadline) throw onTimeout(holder.pid);
    else await sleep(100);
  }
  try {
    return await work();
  } finally {
    if (read(file) === own) rmSync(file, { force: true });
  }
}

/** Creates the lock together with its content, so that nobody ever reads an empty one. */
function take(file: string, content: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** Takes a dead holder's lock away; one that another process took in the meantime is put back. */
function breakLock(file: string, stale: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(content: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(content) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
