import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalStorage, type FileStorage } from '#src/storage.js';

let folder: string;
let storage: FileStorage;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'journeyman-storage-'));
  storage = createLocalStorage(path.join(folder, 'files'));
});
afterEach(() => rm(folder, { recursive: true }));

const leftovers = async () => readdir(path.join(folder, 'files', '.incoming'));

it('gives back what was stored, with its size and checksum', async () => {
  const data = Buffer.from('a resume');
  expect(await storage.put('resumes/1/a.pdf', data)).toEqual({
    bytes: 8,
    sha256: createHash('sha256').update(data).digest('hex'),
  });
  expect(await storage.read('resumes/1/a.pdf')).toEqual(data);
});

it('stores a stream, and an empty file', async () => {
  expect(await storage.put('stream', Readable.from([Buffer.from('ab'), Buffer.from('cd')]))).toMatchObject({ bytes: 4 });
  expect((await storage.read('stream')).toString()).toBe('abcd');
  expect(await storage.put('empty', Buffer.alloc(0))).toMatchObject({ bytes: 0 });
});

it('replaces a file of the same key', async () => {
  await storage.put('key', Buffer.from('old'));
  await storage.put('key', Buffer.from('new'));
  expect((await storage.read('key')).toString()).toBe('new');
});

it('keeps files from other users of the machine', async () => {
  await storage.put('a/b', Buffer.from('x'));
  expect((await stat(path.join(folder, 'files', 'a', 'b'))).mode & 0o777).toBe(0o600);
  expect((await stat(path.join(folder, 'files', 'a'))).mode & 0o777).toBe(0o700);
});

it('removes files, also those that are gone, and says how many bytes that freed', async () => {
  await storage.put('key', Buffer.from('x'));
  expect(await storage.exists('key')).toBe(true);
  expect(await storage.remove('key')).toBe(1);
  expect(await storage.remove('key')).toBeUndefined();
  expect(await storage.exists('key')).toBe(false);
});

it('lists the files of a folder, with their size and age', async () => {
  const began = new Date(Date.now() - 1000);
  for (const key of ['a/one', 'a/b/two', 'other/three']) await storage.put(key, Buffer.from(key));
  const listed = [];
  for await (const { storedAt, ...file } of storage.list('a')) {
    expect(storedAt > began).toBe(true);
    listed.push(file);
  }
  expect(listed.sort((x, y) => x.bytes - y.bytes)).toEqual([
    { key: 'a/one', bytes: 5 },
    { key: 'a/b/two', bytes: 7 },
  ]);
  for await (const file of storage.list('nothing')) expect(file).toBeUndefined();
});

it('removes what was begun before a time and never came to an end', async () => {
  expect(await storage.removeUnfinished(new Date())).toEqual([]);
  await storage.put('key', Buffer.from('whole'));
  const incoming = path.join(folder, 'files', '.incoming');
  for (const [name, age] of [
    ['old', 2000],
    ['fresh', 0],
  ] as const) {
    const time = new Date(Date.now() - age);
    await writeFile(path.join(incoming, name), 'half');
    await utimes(path.join(incoming, name), time, time);
  }
  expect(await storage.removeUnfinished(new Date(Date.now() - 1000))).toEqual([4]);
  expect(await leftovers()).toEqual(['fresh']);
  expect(await storage.exists('key')).toBe(true);
});

it('says when a file is missing', async () => {
  await expect(storage.read('nothing')).rejects.toMatchObject({ code: 'STORAGE_FILE_MISSING', permanent: true });
});

it('leaves nothing of a stream that breaks, nor the old file changed', async () => {
  await storage.put('key', Buffer.from('old'));
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('connection lost');
    })(),
  );
  await expect(storage.put('key', broken)).rejects.toThrow('connection lost');
  expect((await storage.read('key')).toString()).toBe('old');
  expect(await leftovers()).toEqual([]);
});

it('keeps one of two files that are stored under one key at once, whole', async () => {
  const [a, b] = [Buffer.alloc(100_000, 'a'), Buffer.alloc(100_000, 'b')];
  await Promise.all([storage.put('key', a), storage.put('key', b)]);
  const kept = await storage.read('key');
  expect(kept.equals(a) || kept.equals(b)).toBe(true);
  expect(await leftovers()).toEqual([]);
});

describe('a key', () => {
  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '.incoming/x', 'a/.hidden', '', 'a\0b', 'a b', 'C:\\x', 'x'.repeat(201)])(
    'may not be %j',
    async (key) => {
      for (const use of [() => storage.put(key, Buffer.alloc(1)), () => storage.read(key), () => storage.remove(key)]) {
        await expect(use()).rejects.toMatchObject({ code: 'STORAGE_KEY_INVALID' });
      }
    },
  );
});

it('reports a failing disk as temporary', async () => {
  await writeFile(path.join(folder, 'file'), 'no folder');
  const broken = createLocalStorage(path.join(folder, 'file'));
  const fault = { code: 'STORAGE_UNAVAILABLE', permanent: false };
  await expect(broken.put('key', Buffer.from('x'))).rejects.toMatchObject(fault);
  await expect(broken.read('key')).rejects.toMatchObject(fault);
});

it('touches nothing before its first use', async () => {
  createLocalStorage(path.join(folder, 'unused'));
  expect(await readdir(folder)).toEqual([]);
});
