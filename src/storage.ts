import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, opendir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { coded } from './errors.js';

export interface StoredFile {
  bytes: number;
  /** Of the content, in hexadecimal. */
  sha256: string;
}

/**
 * Where uploaded files are kept, by key. A key is a relative path of letters, digits, `.`, `_`, `-` and `/`.
 * Every method throws STORAGE_KEY_INVALID for another key, and STORAGE_UNAVAILABLE (temporary) when the disk fails.
 */
export interface FileStorage {
  /** Stores a file whole or not at all, replacing one of the same key. An error of the stream `data` is passed on. */
  put(key: string, data: Readable | Buffer): Promise<StoredFile>;
  /** Throws STORAGE_FILE_MISSING when there is none. */
  read(key: string): Promise<Buffer>;
  /** A file as a stream and its length, for those too large for the memory. Throws STORAGE_FILE_MISSING when there is none. */
  stream(key: string): Promise<{ content: Readable; bytes: number }>;
  /** Removes a file and gives the bytes that this freed; undefined for one that is gone already, which is no error. */
  remove(key: string): Promise<number | undefined>;
  exists(key: string): Promise<boolean>;
  /**
   * Stores the files that `fill` puts, by their names in the folder, whole or not at all: nobody sees the folder before `fill` has
   * ended. It replaces one of the same key, which may be missing for a moment then. Gives what `fill` returns.
   */
  putFolder<T>(key: string, fill: (put: FileStorage['put']) => Promise<T>): Promise<T>;
  /** Removes a folder with all files in it, at once for whoever looks. One that is gone already is no error. */
  removeFolder(key: string): Promise<void>;
  /** The files whose keys begin with this folder, in no order. One that is removed meanwhile may or may not be among them. */
  list(folder: string): AsyncIterable<ListedFile>;
  /** Removes what is left of files and folders that were begun before this time and never came to an end. Gives the bytes of each file. */
  removeUnfinished(before: Date): Promise<number[]>;
}

export interface ListedFile {
  key: string;
  bytes: number;
  storedAt: Date;
}

const keyPattern = /^(?:[a-z0-9_][a-z0-9._-]*\/)*[a-z0-9_][a-z0-9._-]*$/i;
const maxKeyLength = 200;

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw coded('STORAGE_UNAVAILABLE', { reason: (error as NodeJS.ErrnoException).code ?? String(error) }, { cause: error });
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A rename survives a power cut only once the folder that holds the name is on disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeTemporary(file: string, data: Readable | Buffer): Promise<StoredFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await onDisk(() => open(file, 'wx', 0o600));
  try {
    for await (const chunk of Buffer.isBuffer(data) ? [data] : data) {
      const piece: Buffer = Buffer.from(chunk);
      await onDisk(() => handle.writeFile(piece));
      hash.update(piece);
      bytes += piece.length;
    }
    await onDisk(() => handle.sync());
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

const unlessMissing = (error: unknown) => {
  if (!isMissing(error)) throw error;
  return undefined;
};

/** Removes a file and gives its size; undefined when there is none. */
async function removeFile(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(unlessMissing);
  if (!found) return undefined;
  await rm(file, { force: true });
  return found.size;
}

/** The files in a folder and those below it; none when it is not there. */
async function* filesIn(folder: string): AsyncGenerator<{ file: string; bytes: number; changedAt: Date }> {
  const entries = await onDisk(() => opendir(folder).catch(unlessMissing));
  for await (const entry of entries ?? []) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(file);
    const found = entry.isFile() && (await onDisk(() => stat(file).catch(unlessMissing)));
    if (found) yield { file, bytes: found.size, changedAt: found.mtime };
  }
}

/** Removes a folder and gives the sizes of the files that were in it. */
async function removeTree(folder: string): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { bytes } of filesIn(folder)) sizes.push(bytes);
  await onDisk(() => rm(folder, { recursive: true, force: true }));
  return sizes;
}

const isTaken = (error: unknown) => ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Keeps files in a folder of this machine, readable by its owner only. Nothing is touched before the first use. */
export function createLocalStorage(folder: string): FileStorage {
  const incoming = path.join(folder, '.incoming');

  const locateIn = (base: string, key: string): string => {
    if (key.length > maxKeyLength || !keyPattern.test(key))
      throw coded('STORAGE_KEY_INVALID', { key: key.slice(0, maxKeyLength) });
    return path.join(base, key);
  };
  const locate = (key: string) => locateIn(folder, key);

  /** Takes a folder out of sight and then removes it: half of it is never seen. */
  async function discard(target: string): Promise<void> {
    const aside = path.join(incoming, randomUUID());
    await onDisk(async () => {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      await rename(target, aside).catch(unlessMissing);
      await rm(aside, { recursive: true, force: true });
    });
  }

  /** Gives a folder its name. A folder can't be renamed onto another, so that the other one goes first. */
  async function install(aside: string, target: string): Promise<void> {
    for (;;) {
      const taken = await rename(aside, target).then(
        () => false,
        (error: unknown) => isTaken(error) || Promise.reject(error),
      );
      if (!taken) return;
      await discard(target);
    }
  }

  return {
    async put(key, data) {
      const target = locate(key);
      const temporary = path.join(incoming, randomUUID());
      await onDisk(() => mkdir(incoming, { recursive: true, mode: 0o700 }));
      try {
        const stored = await writeTemporary(temporary, data);
        await onDisk(async () => {
          await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
          await rename(temporary, target);
          await syncFolder(path.dirname(target));
        });
        return stored;
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },

    async read(key) {
      const target = locate(key);
      try {
        return await readFile(target);
      } catch (error) {
        if (isMissing(error)) throw coded('STORAGE_FILE_MISSING', { key }, { cause: error });
        return onDisk(() => Promise.reject(error));
      }
    },

    async stream(key) {
      const target = locate(key);
      try {
        const handle = await open(target, 'r');
        return { bytes: (await handle.stat()).size, content: handle.createReadStream() };
      } catch (error) {
        if (isMissing(error)) throw coded('STORAGE_FILE_MISSING', { key }, { cause: error });
        return onDisk(() => Promise.reject(error));
      }
    },

    async putFolder(key, fill) {
      const target = locate(key);
      const aside = path.join(incoming, randomUUID());
      await onDisk(() => mkdir(aside, { recursive: true, mode: 0o700 }));
      try {
        const result = await fill((name, data) => writeTemporary(locateIn(aside, name), data));
        await onDisk(async () => {
          await syncFolder(aside);
          await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
          await install(aside, target);
          await syncFolder(path.dirname(target));
        });
        return result;
      } catch (error) {
        await rm(aside, { recursive: true, force: true });
        throw error;
      }
    },

    async removeFolder(key) {
      await discard(locate(key));
    },

    async remove(key) {
      const target = locate(key);
      return onDisk(() => removeFile(target));
    },

    async exists(key) {
      const target = locate(key);
      try {
        await access(target);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        return onDisk(() => Promise.reject(error));
      }
    },

    async *list(under) {
      for await (const { file, bytes, changedAt } of filesIn(locate(under))) {
        yield { key: path.relative(folder, file).replaceAll(path.sep, '/'), bytes, storedAt: changedAt };
      }
    },

    async removeUnfinished(before) {
      const removed: number[] = [];
      for (const name of (await onDisk(() => readdir(incoming).catch(unlessMissing))) ?? []) {
        const found = path.join(incoming, name);
        const about = await onDisk(() => stat(found).catch(unlessMissing));
        if (!about || about.mtime >= before) continue;
        if (about.isDirectory()) removed.push(...(await removeTree(found)));
        else {
          const bytes = await onDisk(() => removeFile(found));
          if (bytes !== undefined) removed.push(bytes);
        }
      }
      return removed;
    },
  };
}
