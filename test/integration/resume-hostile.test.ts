import { execFileSync, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Reading a file, and analysing it, end after 5 s each here. The rest is for the next file, and for a busy machine. */
const hardLimitMs = 60_000;
const maxGrowth = 50 * 1024 * 1024;

const near = (file: string) => path.join(import.meta.dirname, file);
const folder = mkdtempSync(path.join(os.tmpdir(), 'hostile-'));
execFileSync(process.execPath, [near('../../scripts/make-hostile-files.mjs'), folder]);
const outcomes: Record<string, string[]> = JSON.parse(readFileSync(path.join(folder, 'outcomes.json'), 'utf8'));

const goodFile = near('../fixtures/resumes/01-backend-engineer.pdf');
/** As long as a text that is kept can be. */
const longFile = path.join(folder, 'long.txt');

describe('files that are made to harm', () => {
  const worker = fork(near('../support/resume-reader.mjs'), { execArgv: ['--expose-gc'] });
  const ask = async (question: string) => {
    worker.send(question);
    for await (const [reply] of on(worker, 'message')) if (reply.question === question) return reply.answer;
  };
  let before: number;

  beforeAll(async () => {
    writeFileSync(longFile, 'Jo Doe has worked as a nurse for many years, in Leeds and in York.\n'.repeat(7000));
    for (const file of [longFile, goodFile, longFile, goodFile]) expect(await ask(file)).toBe('reads');
    before = await ask('memory');
  }, hardLimitMs);

  afterAll(async () => {
    worker.disconnect();
    await once(worker, 'exit');
    rmSync(folder, { recursive: true });
  });

  it.each(Object.entries(outcomes))(
    '%s ends as it may, and the next file is read',
    async (name, expected) => {
      expect(expected).toContain(await ask(path.join(folder, name)));
      expect(await ask(goodFile)).toBe('reads');
    },
    hardLimitMs,
  );

  it('leave nothing behind', async () => {
    expect(existsSync('/tmp/hostile-resume')).toBe(false);
    expect((await ask('memory')) - before).toBeLessThan(maxGrowth);
  });
});
