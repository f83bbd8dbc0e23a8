import { spawn, spawnSync } from 'node:child_process';

/** The account a program runs as. PostgreSQL refuses to run as root, so that root needs another one for it. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

export interface Outcome {
  ok: boolean;
  /** What it printed, or why it could not run. */
  output: string;
}

export const runsAsRoot = (): boolean => process.getuid?.() === 0;

/** The account to run PostgreSQL as when we are root: an existing one of the system, else one made for it. */
export function chooseServerUser(): ServerUser | undefined {
  return lookUp('postgres') ?? lookUp('journeyman') ?? createUser('journeyman') ?? lookUp('nobody');
}

/** The account with this number, which owns the data of an existing cluster. */
export function userWithId(uid: number, gid: number): ServerUser {
  const { stdout } = spawnSync('id', ['-un', String(uid)], { encoding: 'utf8' });
  return { name: stdout?.trim() || String(uid), uid, gid };
}

function lookUp(name: string): ServerUser | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : 0;
  });
  return uid && gid ? { name, uid, gid } : undefined;
}

function createUser(name: string): ServerUser | undefined {
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
  return lookUp(name);
}

/**
 * Runs a program as this user, or as ourselves when there is none, and waits for its end. It gets a session of its own,
 * so that Ctrl-C in the terminal does not reach what it leaves running, and none of our environment.
 */
export function runAs(user: ServerUser | undefined, program: string, args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(user && { uid: user.uid, gid: user.gid }),
      ...(process.platform !== 'win32' && { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/', LC_ALL: 'C' } }),
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}

const accessTests = { read: 'test -r "$1"', write: 'test -x "$1" && test -w "$1"' };

/** Whether this user can read a file, or enter and write to a folder: by trying it, since modes don't tell everything. */
export async function canUse(user: ServerUser, file: string, access: keyof typeof accessTests): Promise<boolean> {
  return (await runAs(user, '/bin/sh', ['-c', accessTests[access], 'sh', file])).ok;
}
