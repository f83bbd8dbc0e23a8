import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The key that signs tokens and links: the setting, or one that is made at the first start and kept in the state folder,
 * readable by its owner only. Two processes that start at once agree on one.
 */
export function secretKey({ secretKey: given, stateDir }: { secretKey: string | undefined; stateDir: string }): string {
  if (given) return given;
  const file = path.join(stateDir, 'secret-key');
  mkdirSync(stateDir, { recursive: true, mode: 0o711 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(48).toString('base64url'), { mode: 0o600 });
  try {
    // A link is made whole or not at all, and never over one that is there.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8');
}
