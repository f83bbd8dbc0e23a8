import type { Readable } from 'node:stream';
import { addDays } from '../../calendar.js';
import { coded, JourneymanError } from '../../errors.js';
import type { FileStorage } from '../../storage.js';
import { type Manifest, manifestName } from './manifest.js';

/** Where the storage keeps snapshots. */
export const snapshotFolder = 'analytics/snapshots';

/** The names of the snapshots that are there, newest first. */
async function snapshotNames(storage: FileStorage): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of storage.list(snapshotFolder)) {
    const [name, file] = key.slice(snapshotFolder.length + 1).split('/');
    if (name && file === manifestName) names.push(name);
  }
  return names.sort().reverse();
}

/** A page of the snapshots, newest first, and how many there are in all. One that is removed meanwhile is left out. */
export async function listSnapshots(storage: FileStorage, { page, pageSize }: { page: number; pageSize: number }) {
  const names = await snapshotNames(storage);
  const onPage = names.slice((page - 1) * pageSize, page * pageSize);
  const found = await Promise.all(onPage.map((name) => findManifest(storage, name)));
  return { items: found.filter((manifest) => manifest !== undefined), total: names.length };
}

async function findManifest(storage: FileStorage, name: string): Promise<Manifest | undefined> {
  try {
    const content = await storage.read(`${snapshotFolder}/${name}/${manifestName}`);
    return JSON.parse(content.toString('utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown) => error instanceof JourneymanError && error.code === 'STORAGE_FILE_MISSING';

/** What a snapshot holds. Throws SNAPSHOT_NOT_FOUND. */
export async function readManifest(storage: FileStorage, name: string): Promise<Manifest> {
  const manifest = await findManifest(storage, name);
  if (!manifest) throw coded('SNAPSHOT_NOT_FOUND', { name });
  return manifest;
}

/** A file of a snapshot that its manifest names, and its length as it is now. Throws SNAPSHOT_NOT_FOUND. */
export async function openSnapshotFile(
  storage: FileStorage,
  { name, file }: { name: string; file: string },
): Promise<{ content: Readable; bytes: number }> {
  const { files } = await readManifest(storage, name);
  if (!files.some((each) => each.name === file)) throw coded('SNAPSHOT_NOT_FOUND', { name });
  try {
    return await storage.stream(`${snapshotFolder}/${name}/${file}`);
  } catch (error) {
    throw isMissing(error) ? coded('SNAPSHOT_NOT_FOUND', { name }, { cause: error }) : error;
  }
}

/** Removes the snapshots from more than `days` days before `today`. Returns how many there were. */
export async function removeOldSnapshots(
  storage: FileStorage,
  { today, days }: { today: string; days: number },
): Promise<number> {
  const oldest = addDays(today, -days);
  const old = (await snapshotNames(storage)).filter((name) => name < oldest);
  for (const name of old) await storage.removeFolder(`${snapshotFolder}/${name}`);
  return old.length;
}
