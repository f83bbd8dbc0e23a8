import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';
import type { FileStorage, ListedFile } from '../storage.js';
import type { TaskContext } from '../taskkit/index.js';
import { resumeFolder } from './library.js';

/** How many resumes are deleted, and how many files looked up, at once. */
const batchSize = 100;

const day = 86_400_000;

interface CleanUpDependencies {
  db: Kysely<Database>;
  storage: FileStorage;
}

interface Freed {
  /** Rows of resumes. */
  deleted: number;
  /** Files, whether or not there was a row. */
  files: number;
  bytesFreed: number;
}

/**
 * Does the task `cleanup_old_resumes`: removes what was deleted more than `days` days ago for good, and the files that uploads
 * left behind when their process died. What it has done stays done when it is broken off. Throws the first error of the
 * storage, once all else is done.
 */
export async function cleanUpResumes(
  dependencies: CleanUpDependencies,
  { days, now }: { days: number; now: Date },
  { signal, progress }: TaskContext,
): Promise<Freed> {
  const freed: Freed = { deleted: 0, files: 0, bytesFreed: 0 };
  const report = async () => {
    await progress({ ...freed });
    signal.throwIfAborted();
  };
  const faults: unknown[] = [];
  for await (const fault of deleteOld(dependencies, new Date(now.getTime() - days * day), freed)) {
    if (fault) faults.push(fault);
    await report();
  }
  if (faults.length > 0) throw faults[0];
  // An upload that still runs has neither row nor name; none takes a day.
  for await (const _ of sweep(dependencies, new Date(now.getTime() - day), freed)) await report();
  return freed;
}

function count(freed: Freed, bytes: number | undefined): void {
  if (bytes === undefined) return;
  freed.files += 1;
  freed.bytesFreed += bytes;
}

/**
 * Removes the resumes that were deleted before `before`, a batch at a time. The file goes first: a row without its file is seen by
 * nobody and is found again by the next run, a file without its row would be found by nobody. A resume whose file cannot be
 * removed stays and does not hold up the others; when not one file of a batch can be removed, the fault is thrown.
 * Yields the first fault of each batch.
 */
async function* deleteOld(dependencies: CleanUpDependencies, before: Date, freed: Freed): AsyncGenerator<unknown> {
  for (let last: number | undefined = 0; ; ) {
    const batch: DeletedBatch = await deleteBatch(dependencies, { before, after: last }, freed);
    if (batch.last === undefined) return;
    last = batch.last;
    yield batch.fault;
  }
}

/** The last id that was looked at, if there was any, and the first fault. */
interface DeletedBatch {
  last: number | undefined;
  fault: unknown;
}

const deleteBatch = (
  { db, storage }: CleanUpDependencies,
  { before, after }: { before: Date; after: number },
  freed: Freed,
): Promise<DeletedBatch> =>
  db.transaction().execute(async (transaction) => {
    const old = await transaction
      .selectFrom('resumes')
      .select(['id', 'storage_key'])
      .where('deleted_at', '<', before)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batchSize)
      .forUpdate()
      .skipLocked()
      .execute();
    const removed: number[] = [];
    const faults: unknown[] = [];
    for (const { id, storage_key } of old) {
      try {
        count(freed, await storage.remove(storage_key));
        removed.push(id);
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0 && removed.length === 0) throw faults[0];
    await transaction.deleteFrom('resumes').where('id', '=', sql<number>`ANY(${removed}::bigint[])`).execute();
    freed.deleted += removed.length;
    return { last: old.at(-1)?.id, fault: faults[0] };
  });

/** Removes the files from before `before` that no resume knows: of uploads that were broken off, or never committed. */
async function* sweep({ db, storage }: CleanUpDependencies, before: Date, freed: Freed): AsyncGenerator<void> {
  for (const bytes of await storage.removeUnfinished(before)) count(freed, bytes);
  for await (const files of batchesOf(storage.list(resumeFolder))) {
    const old = files.filter(({ storedAt }) => storedAt < before).map(({ key }) => key);
    const known = await knownKeys(db, old);
    for (const key of old) if (!known.has(key)) count(freed, await storage.remove(key));
    yield;
  }
}

async function* batchesOf(files: AsyncIterable<ListedFile>): AsyncGenerator<ListedFile[]> {
  let batch: ListedFile[] = [];
  for await (const file of files) {
    if (batch.push(file) < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

async function knownKeys(db: Kysely<Database>, keys: string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('resumes')
    .select('storage_key')
    .where('storage_key', '=', sql<string>`ANY(${keys}::text[])`)
    .execute();
  return new Set(rows.map(({ storage_key }) => storage_key));
}
