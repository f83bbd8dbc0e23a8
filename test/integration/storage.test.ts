import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
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

describe('a folder', () => {
  const names = (key: string) => readdir(path.join(folder, 'files', key)).catch(() => 'none');

  it('is stored whole, with the size and checksum of each file, and seen when it is whole', async () => {
    const result = await storage.putFolder('sets/1', async (put) => {
      const one = await put('one', Buffer.from('1'));
      expect(await names('sets/1')).toBe('none');
      return { one, two: await put('two', Readable.from([Buffer.from('22')])) };
    });
    expect(result).toMatchObject({ one: { bytes: 1 }, two: { bytes: 2 } });
    expect(await names('sets/1')).toEqual(['one', 'two']);
    expect((await storage.read('sets/1/two')).toString()).toBe('22');
    expect(await leftovers()).toEqual([]);
  });

  it('replaces one of the same key, files that are no longer in it included', async () => {
    await storage.putFolder('set', (put) => put('old', Buffer.from('old')));
    await storage.putFolder('set', (put) => put('new', Buffer.from('new')));
    expect(await names('set')).toEqual(['new']);
    expect(await leftovers()).toEqual([]);
  });

  it('is one of them, whole, when several are stored at once', async () => {
    const fill = (text: string) => async (put: FileStorage['put']) => {
      for (const name of ['one', 'two', 'three']) await put(name, Buffer.from(text));
    };
    await Promise.all(['a', 'b', 'c', 'd'].map((text) => storage.putFolder('set', fill(text))));
    const texts = await Promise.all(['one', 'two', 'three'].map(async (name) => String(await storage.read(`set/${name}`))));
    expect(new Set(texts).size).toBe(1);
    expect(await leftovers()).toEqual([]);
  });

  it('stays as it was when storing fails, and nothing is left', async () => {
    await storage.putFolder('set', (put) => put('old', Buffer.from('old')));
    const failing = storage.putFolder('set', async (put) => {
      await put('new', Buffer.from('new'));
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(await names('set')).toEqual(['old']);
    expect(await leftovers()).toEqual([]);
  });

  it('takes no file that would be somewhere else', async () => {
    const storing = storage.putFolder('set', (put) => put('../other', Buffer.from('x')));
    await expect(storing).rejects.toMatchObject({ code: 'STORAGE_KEY_INVALID' });
  });

  it('is removed with all that is in it, and again without an error', async () => {
    await storage.putFolder('set', (put) => put('one', Buffer.from('1')));
    await storage.removeFolder('set');
    await storage.removeFolder('set');
    expect(await names('set')).toBe('none');
    expect(await leftovers()).toEqual([]);
  });

  it('that was never finished is removed when it is old enough', async () => {
    const aside = path.join(folder, 'files', '.incoming', 'aside');
    await mkdir(aside, { recursive: true });
    await writeFile(path.join(aside, 'half'), 'half');
    expect(await storage.removeUnfinished(new Date(Date.now() - 60_000))).toEqual([]);
    const before = new Date(Date.now() - 120_000);
    await utimes(aside, before, before);
    expect(await storage.removeUnfinished(new Date(Date.now() - 60_000))).toEqual([4]);
    expect(await leftovers()).toEqual([]);
  });
});

it('gives a file as a stream', async () => {
  await storage.put('key', Buffer.from('a large file'));
  const { content, bytes } = await storage.stream('key');
  expect(bytes).toBe((await storage.read('key')).length);
  const pieces = await content.toArray();
  expect(Buffer.concat(pieces).toString()).toBe('a large file');
  await expect(storage.stream('missing')).rejects.toMatchObject({ code: 'STORAGE_FILE_MISSING' });
});
