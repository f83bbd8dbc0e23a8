import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretKey } from '#src/secret-key.js';

let folder: string;
let stateDir: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'journeyman-secret-'));
  stateDir = path.join(folder, 'state');
});
afterEach(() => rmSync(folder, { recursive: true }));

const made = () => secretKey({ secretKey: undefined, stateDir });

describe('the secret key', () => {
  it('is the setting, and nothing is written then', () => {
    expect(secretKey({ secretKey: 'a setting of at least 32 characters', stateDir })).toBe('a setting of at least 32 characters');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is made once where there is none, and kept for its owner alone', () => {
    const key = made();
    expect(key).toMatch(/^[\w-]{64}$/);
    expect(made()).toBe(key);
    expect(readdirSync(stateDir)).toEqual(['secret-key']);
    expect(readFileSync(path.join(stateDir, 'secret-key'), 'utf8')).toBe(key);
    expect(statSync(path.join(stateDir, 'secret-key')).mode & 0o777).toBe(0o600);
  });

  it('is another one in another folder', () => {
    const key = made();
    rmSync(stateDir, { recursive: true });
    expect(made()).not.toBe(key);
  });

  it('is the same for processes that start at once', async () => {
    const module = fileURLToPath(new URL('../../dist/secret-key.js', import.meta.url));
    const script = `import { secretKey } from ${JSON.stringify(module)};
      process.stdout.write(secretKey({ secretKey: undefined, stateDir: ${JSON.stringify(stateDir)} }));`;
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const keys = (await Promise.all([run(), run(), run(), run()])).map(({ stdout }) => stdout);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toBe(made());
    expect(readdirSync(stateDir)).toEqual(['secret-key']);
  });
});
