import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { coded } from '#src/errors.js';
import type { FileStorage } from '#src/storage.js';
import type { TaskContext } from '#src/taskkit/index.js';
import { cleanupOldResumes } from '#src/tasks/resumes.js';
import { now, type OpenResumes, openResumes, runTask } from '../support/resumes.js';

const day = 86_400_000;
const daysAgo = (days: number) => new Date(now.getTime() - days * day);

let resumes: OpenResumes;
let db: OpenResumes['db'];
beforeAll(async () => {
  resumes = await openResumes();
  db = resumes.db;
});
afterAll(() => resumes.close());
beforeEach(async () => {
  for await (const { key } of resumes.storage.list('resumes')) await resumes.storage.remove(key);
  await db.deleteFrom('users').execute();
});

const cleanUp = (args: { days?: number } = {}, context?: Partial<TaskContext>, storage?: FileStorage) =>
  runTask(storage ? resumes.handlersWith({ storage }) : resumes.handlers, cleanupOldResumes, args, context);

/** Uploads a resume of ten bytes that was deleted so many days ago. */
async function uploadDeleted(days: number) {
  const upload = await resumes.upload(Buffer.alloc(10, 'x'));
  await db
    .updateTable('resumes')
    .set({ deleted_at: daysAgo(days) })
    .where('id', '=', upload.resumeId)
    .execute();
  return upload;
}

const remaining = async () => (await db.selectFrom('resumes').select('id').orderBy('id').execute()).map(({ id }) => id);
async function storedKeys(): Promise<string[]> {
  const keys = [];
  for await (const { key } of resumes.storage.list('resumes')) keys.push(key);
  return keys;
}

describe('cleanup_old_resumes', () => {
  it('removes row and file of what was deleted more than 90 days ago, and of nothing else', async () => {
    const old = await uploadDeleted(91);
    const recent = await uploadDeleted(89);
    const kept = await resumes.upload(Buffer.alloc(10, 'x'));
    expect(await cleanUp()).toEqual({ deleted: 1, files: 1, bytesFreed: 10 });
    expect(await remaining()).toEqual([recent.resumeId, kept.resumeId]);
    expect(await resumes.storage.exists(old.key)).toBe(false);
    expect((await storedKeys()).sort()).toEqual([recent.key, kept.key].sort());
    expect(await cleanUp({ days: 88 })).toEqual({ deleted: 1, files: 1, bytesFreed: 10 });
  });

  it('finds nothing the second time', async () => {
    await uploadDeleted(91);
    await cleanUp();
    expect(await cleanUp()).toEqual({ deleted: 0, files: 0, bytesFreed: 0 });
  });

  it('that was killed between file and row leaves a row that nobody sees, and removes it the next time', async () => {
    const { resumeId, key } = await uploadDeleted(91);
    const remove = async (it: string) => {
      await resumes.storage.remove(it);
      return fail('killed');
    };
    await expect(cleanUp({}, {}, { ...resumes.storage, remove })).rejects.toThrow('killed');
    expect([await remaining(), await resumes.storage.exists(key)]).toEqual([[resumeId], false]);
    expect(await cleanUp()).toEqual({ deleted: 1, files: 0, bytesFreed: 0 });
    expect(await remaining()).toEqual([]);
  });

  it('works in batches, says how far it is, and keeps what it did when it is broken off', async () => {
    await Promise.all(Array.from({ length: 120 }, () => uploadDeleted(91)));
    const ended = new AbortController();
    const reports: unknown[] = [];
    const progress = async (value: unknown) => {
      reports.push(value);
      ended.abort(new Error('the worker stops'));
    };
    await expect(cleanUp({}, { signal: ended.signal, progress })).rejects.toThrow('the worker stops');
    expect(reports).toEqual([{ deleted: 100, files: 100, bytesFreed: 1000 }]);
    expect([(await remaining()).length, (await storedKeys()).length]).toEqual([20, 20]);
    expect(await cleanUp()).toEqual({ deleted: 20, files: 20, bytesFreed: 200 });
  });

  it('removes each once when two run at once', async () => {
    await Promise.all(Array.from({ length: 30 }, () => uploadDeleted(91)));
    const results = (await Promise.all([cleanUp(), cleanUp()])) as { deleted: number; files: number }[];
    expect(results.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(30);
    expect(results.reduce((sum, { files }) => sum + files, 0)).toBe(30);
    expect([await remaining(), await storedKeys()]).toEqual([[], []]);
  });

  it('is not held up by a file that cannot be removed, keeps its row and fails in the end', async () => {
    const stuck = await uploadDeleted(91);
    await uploadDeleted(91);
    const remove = (key: string) => (key === stuck.key ? fail('EPERM') : resumes.storage.remove(key));
    await expect(cleanUp({}, {}, { ...resumes.storage, remove })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(await remaining()).toEqual([stuck.resumeId]);
    expect(await resumes.storage.exists(stuck.key)).toBe(true);
    expect(await cleanUp()).toEqual({ deleted: 1, files: 1, bytesFreed: 10 });
  });

  it.each([-1, 1.5, 3651])('has a contract that refuses %d days', (days) => {
    expect(cleanupOldResumes.schema.safeParse({ days }).success).toBe(false);
  });
});

describe('files without a resume', () => {
  const age = (file: string, days: number) => utimes(path.join(resumes.folder, file), daysAgo(days), daysAgo(days));

  it('are removed once they are older than a day: no upload takes so long', async () => {
    const known = await resumes.upload(Buffer.alloc(10, 'x'));
    for (const key of ['resumes/7/old', 'resumes/7/fresh']) await resumes.storage.put(key, Buffer.alloc(5, 'x'));
    await resumes.storage.put('snapshots/other', Buffer.alloc(5, 'x'));
    await age(known.key, 2);
    await age('resumes/7/old', 2);
    await age('resumes/7/fresh', 0.9);
    await age('snapshots/other', 2);
    expect(await cleanUp()).toEqual({ deleted: 0, files: 1, bytesFreed: 5 });
    expect((await storedKeys()).sort()).toEqual([known.key, 'resumes/7/fresh'].sort());
    expect(await resumes.storage.exists('snapshots/other')).toBe(true);
  });

  it('that were never written to their end are removed likewise', async () => {
    const incoming = path.join(resumes.folder, '.incoming');
    await mkdir(incoming, { recursive: true });
    for (const [name, days] of [
      ['old', 2],
      ['fresh', 0.9],
    ] as const) {
      await writeFile(path.join(incoming, name), 'half a res');
      await age(`.incoming/${name}`, days);
    }
    expect(await cleanUp()).toEqual({ deleted: 0, files: 1, bytesFreed: 10 });
    expect(await cleanUp()).toEqual({ deleted: 0, files: 0, bytesFreed: 0 });
  });
});

/** What the storage throws when the disk fails. */
function fail(reason: string): never {
  throw coded('STORAGE_UNAVAILABLE', { reason });
}
