import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { openPlatform, type Platform } from '../support/platform.js';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform('postgres');
});
beforeEach(() => sql`TRUNCATE cached_analytics`.execute(platform.database.db));
afterAll(() => platform.close());

const namesIn = async (folder: string) => (await readdir(folder).catch(() => [])).sort();

describe('journeyman analytics export', () => {
  const run = (...args: string[]) => runCli(['analytics', 'export', ...args], { cwd: platform.cwd, env: platform.env });

  it('writes a snapshot into a folder of one’s own, in place of one of the same day', async () => {
    await mkdir(path.join(platform.cwd, 'out'));
    for (let time = 0; time < 2; time++) {
      const { code, output } = await run('--out', 'out');
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(/days\.csv\.gz +366 rows[\s\S]+18 files and their manifest are in out\//),
      ]);
    }
    const [name, ...more] = (await namesIn(path.join(platform.cwd, 'out'))).filter((each) => !each.startsWith('.'));
    expect(more).toEqual([]);
    const folder = path.join(platform.cwd, 'out', name!);
    expect(await namesIn(folder)).toHaveLength(19);
    expect(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ name, timezone: 'UTC' });
    expect(JSON.parse(gunzipSync(await readFile(path.join(folder, 'growth.json.gz'))).toString())).toHaveLength(12);
  });

  it('asks where to', async () => {
    expect(await run()).toMatchObject({ code: 1, output: expect.stringContaining("required option '--out <folder>'") });
  });
});
