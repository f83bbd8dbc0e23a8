import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Binaries, binariesIn, completeInstallation, installedBinaries } from './binaries.js';
import { type Cluster, lastLines, makeFolderFor } from './cluster.js';
import { embeddedFailure, useOwnServer } from './failure.js';
import { canUse, chooseServerUser, runAs, runsAsRoot, type ServerUser, userWithId } from './server-user.js';

const runAsOrdinary = 'Run Journeyman as an ordinary user.';

/** The folder of a project's cluster, made when it is missing. Not the data itself: see `placeCluster`. */
export function homeOf(folder: string): string {
  const home = path.join(folder, 'postgres');
  mkdirSync(home, { recursive: true });
  return realpathSync(home);
}

const fallbackPlace = (home: string, fallbackFolder: string) =>
  path.join(fallbackFolder, createHash('sha256').update(home).digest('hex').slice(0, 16));

/** Where the data of an existing cluster lies. */
export function existingPlace(home: string, fallbackFolder: string): string | undefined {
  return [home, fallbackPlace(home, fallbackFolder)].find((place) => existsSync(path.join(place, 'data')));
}

/**
 * Decides which account runs the server, where its data lies and which programs it uses.
 *
 * As an ordinary user that is ourselves, the project's folder and the programs npm installed. As root it is another
 * account; where that cannot enter the project's folder or run the programs there, both go to the fallback folder.
 * Throws DATABASE_EMBEDDED_FAILED when there is no way.
 */
export async function placeCluster(home: string, fallbackFolder: string): Promise<Cluster> {
  const installed = installedBinaries();
  if (!installed) {
    throw embeddedFailure(home, `it does not come for ${process.platform} on ${process.arch}`, useOwnServer);
  }
  const { user, place } = await choosePlace(home, fallbackFolder);
  const data = path.join(place, 'data');
  // pg_ctl hands the path to a shell between double quotes.
  if (process.platform !== 'win32' && /["$`\\\n]/.test(data)) {
    throw embeddedFailure(place, 'its path holds a quote, dollar or backslash', 'Rename the folder, or set STATE_DIR.');
  }
  const binaries = await chooseBinaries(installed, user, fallbackFolder);
  return { home, place, data, logFile: path.join(place, 'server.log'), binaries, user };
}

async function choosePlace(home: string, fallbackFolder: string): Promise<{ user: ServerUser | undefined; place: string }> {
  const existing = existingPlace(home, fallbackFolder);
  if (!runsAsRoot()) {
    if (existing) refuseForeignData(existing);
    return { user: undefined, place: home };
  }
  if (existing) {
    const data = path.join(existing, 'data');
    const { uid, gid } = statSync(data);
    const user = userWithId(uid, gid);
    if (await canUse(user, data, 'write')) return { user, place: existing };
    throw embeddedFailure(
      existing,
      `user ${user.name}, who owns its data, cannot enter it`,
      'Let others enter its parent folders (chmod o+x).',
    );
  }
  const user = chooseServerUser();
  if (!user) throw embeddedFailure(home, 'PostgreSQL does not run as root, and there is no other user', runAsOrdinary);
  const fallback = fallbackPlace(home, fallbackFolder);
  if (await isUsable(user, home)) return { user, place: home };
  if (await isUsable(user, fallbackFolder, fallback)) return { user, place: fallback };
  throw embeddedFailure(home, `user ${user.name}, who runs it for root, can use neither it nor ${fallback}`, runAsOrdinary);
}

function refuseForeignData(place: string): void {
  const { uid } = statSync(path.join(place, 'data'));
  if (process.getuid && uid !== process.getuid()) {
    throw embeddedFailure(
      place,
      `its data belongs to user ${userWithId(uid, 0).name}`,
      'Run Journeyman as root, as it was when the data was made.',
    );
  }
}

/** Lets others pass through folders that are ours, without seeing what is in them. */
function makeEnterable(...folders: string[]): void {
  for (const folder of folders) chmodSync(folder, statSync(folder).mode | 0o111);
}

/**
 * Whether a folder of this user's own works in the last of these folders, which are ours to make and to open: it may be
 * out of reach all the same, or on a disk that knows no owners.
 */
async function isUsable(user: ServerUser, ...folders: string[]): Promise<boolean> {
  const place = folders.at(-1)!;
  const probe = path.join(place, `probe-${randomUUID()}`);
  try {
    mkdirSync(place, { recursive: true });
    makeEnterable(...folders);
    makeFolderFor(user, probe);
    return await canUse(user, probe, 'write');
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

async function chooseBinaries(installed: Binaries, user: ServerUser | undefined, fallbackFolder: string): Promise<Binaries> {
  completeInstallation(installed);
  const problem = await problemOf(installed, user);
  if (!problem) return installed;
  if (user) {
    const copy = copyBinaries(installed, fallbackFolder);
    if (!(await problemOf(copy, user))) return copy;
  }
  throw embeddedFailure(installed.folder, problem, useOwnServer);
}

/** Why this user cannot run the programs: found by running one, and by reading what initdb reads. */
async function problemOf({ folder, postgres }: Binaries, user: ServerUser | undefined): Promise<string | undefined> {
  const { ok, output } = await runAs(user, postgres, ['--version']);
  if (!ok) return lastLines(output) || 'its programs do not run here';
  const catalogue = path.join(folder, 'share', 'postgresql', 'postgres.bki');
  if (user && !(await canUse(user, catalogue, 'read'))) return `user ${user.name} cannot read ${catalogue}`;
  return undefined;
}

/** Copies the programs to where every user can run them, once for each version. */
function copyBinaries(installed: Binaries, fallbackFolder: string): Binaries {
  const folder = path.join(fallbackFolder, `postgres-${installed.packageVersion}`);
  if (existsSync(folder)) return binariesIn(folder, installed.packageVersion);
  const draft = `${folder}.${randomUUID()}`;
  try {
    mkdirSync(fallbackFolder, { recursive: true });
    makeEnterable(fallbackFolder);
    cpSync(installed.folder, draft, { recursive: true, verbatimSymlinks: true });
    for (const entry of readdirSync(draft, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) chmodSync(path.join(entry.parentPath, entry.name), 0o755);
    }
    chmodSync(draft, 0o755);
    // Another project may have made the same copy meanwhile.
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return binariesIn(folder, installed.packageVersion);
}
