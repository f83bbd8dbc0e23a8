import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in a form that only serves to be compared. */
  started: string;
}

const onLinux = process.platform === 'linux';

/** The identity of a live process; undefined when there is none with this number, or only the remains of one that ended. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!isAlive(pid)) return undefined;
  if (!onLinux) return { pid, started: ps(pid, 'lstart') };
  const stat = readProc(pid, 'stat');
  // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  if (state === undefined || state === 'Z' || state === 'X') return undefined;
  // Ticks since boot are the same again after a reboot, so the boot is part of the identity.
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return { pid, started: `${boot} ${fields[18]}` };
}

/** Whether the process is still the same that was identified. */
export function isStillRunning({ pid, started }: ProcessIdentity): boolean {
  return identify(pid)?.started === started;
}

/**
 * The command line of a process, its words separated by spaces; undefined when there is no such process. Empty when the
 * process has ended but its parent has not noticed yet, and when it cannot be known.
 */
export function commandLine(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  return onLinux ? readProc(pid, 'cmdline')?.replaceAll('\0', ' ') : ps(pid, 'command');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // It ended between the two looks at it.
  }
}

function ps(pid: number, column: string): string {
  if (process.platform === 'win32') return '';
  try {
    return execFileSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
