import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailboxFolder, readMailbox } from '#src/email/index.js';
import { runCli, startCli } from '../support/cli.js';
import { until } from '../support/kit.js';

const psqlInstalled = (() => {
  try {
    execFileSync('psql', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!psqlInstalled)
  process.stderr.write('psql is not installed: its test is left out. Install it with "apt-get install postgresql-client".\n');

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'journeyman-embedded-'));
  // Root's server runs as another user, who has to pass through.
  chmodSync(cwd, 0o711);
});
afterEach(async () => {
  await run(['db', 'stop']);
  expect(serverProcesses()).toEqual([]);
  rmSync(cwd, { recursive: true });
});

const run = (args: string[]) => runCli(args, { cwd });
const dev = () => startCli(['dev'], { cwd, env: { API_PORT: '0', MONITOR_PORT: '0' } });

/** The PostgreSQL server processes with data in this test's folder. */
function serverProcesses(): string[] {
  const processes = execFileSync('ps', ['-ww', '-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return processes.filter((line) => /postgres/.test(line) && line.includes(`${cwd}/`));
}

describe('the embedded PostgreSQL', () => {
  it('is started, used by the other commands and stopped', async () => {
    expect(await run(['db', 'stop'])).toEqual({ code: 0, output: 'PostgreSQL was not running.\n' });

    const start = await run(['db', 'start']);
    expect(start.code).toBe(0);
    const pattern = /PostgreSQL runs on 127\.0\.0\.1:\d+ \(process \d+\), data in .*\n$/;
    expect(start.output).toMatch(pattern);
    expect(start.output).toContain(path.join(cwd, '.journeyman'));
    expect(serverProcesses()).toHaveLength(1);
    // Started again, it is the same server.
    expect((await run(['db', 'start'])).output.match(pattern)?.[0]).toBe(start.output.match(pattern)?.[0]);

    // A command migrates it by itself, and leaves it running.
    expect(await run(['status'])).toMatchObject({ code: 69, output: expect.stringContaining('No node is online.') });
    expect(serverProcesses()).toHaveLength(1);

    expect(await run(['db', 'stop'])).toEqual({ code: 0, output: 'PostgreSQL has stopped.\n' });
    expect(serverProcesses()).toEqual([]);
  });

  it('is started by a command that needs it, and stopped when that ends', async () => {
    expect(await run(['status'])).toMatchObject({ code: 69, output: expect.stringContaining('No node is online.') });
    expect(serverProcesses()).toEqual([]);
  });

  it.runIf(psqlInstalled)('can be looked into with psql, whether it runs or not', async () => {
    expect(await run(['db', 'psql', '--', '-Atc', 'select 6 * 7'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^42$/m),
    });
    expect(serverProcesses()).toEqual([]);
    await run(['db', 'start']);
    expect(await run(['db', 'psql', '--', '-Atc', 'select 6 * 7'])).toEqual({ code: 0, output: '42\n' });
    // psql's own exit code is passed on.
    expect((await run(['db', 'psql', '--', '-v', 'ON_ERROR_STOP=1', '-c', 'select nonsense'])).code).toBe(1);
  });
});

describe('dev', () => {
  it('runs everything once in a folder, until Ctrl-C', async () => {
    const first = dev();
    const [, address] = await first.says(/^ {2}API +(http:\/\/127\.0\.0\.1:\d+)\/api$/m);
    await first.says(/^ {2}stop +Ctrl-C$/m);
    const addresses = first.output();
    expect(addresses).toMatch(/^Journeyman runs\.$/m);
    expect(addresses).toContain(`  documentation   ${address}/docs`);
    expect(addresses).toContain(path.join(cwd, '.journeyman'));
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    expect((await fetch(`${address}/docs`)).status).toBe(200);
    expect((await run(['status'])).code).toBe(0);

    const second = dev();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/^journeyman: .+ \(ALREADY_RUNNING\)\n$/);
    expect(second.output()).toContain(`(process ${first.child.pid}): ${address}`);

    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(serverProcesses()).toEqual([]);
    expect(existsSync(path.join(cwd, '.journeyman', 'running.json'))).toBe(false);
  });

  it('that is told to stop while it starts does so in order', async () => {
    const early = dev();
    await until(() => serverProcesses().length > 0);
    early.child.kill('SIGINT');
    expect(await early.ended).toBe(0);
    expect(early.output()).toContain('SIGINT: warm shutdown');
  });

  it('starts again where one was killed, and takes over its database', async () => {
    const lost = dev();
    await lost.says(/^Journeyman runs\.$/m);
    lost.child.kill('SIGKILL');
    await lost.ended;
    const again = dev();
    await again.says(/^Journeyman runs\.$/m);
    again.child.kill('SIGTERM');
    expect(await again.ended).toBe(0);
    expect(serverProcesses()).toEqual([]);
  });
});

describe('demo', () => {
  it('shows the main job from the sign-up to the mails, as often as one likes', async () => {
    const mails = () => readMailbox(mailboxFolder(path.join(cwd, '.journeyman')), { limit: 1000 });
    const resumes = readdirSync('examples/resumes').length;
    for (const time of [1, 2]) {
      const { code, output } = await run(['demo']);
      expect([code, output]).toEqual([0, expect.stringContaining(`Done: ${resumes} resumes in `)]);
      expect(output.match(/✓ Sign up as /g)).toHaveLength(resumes);
      expect(output.match(/^ +score +\d+ of 100 /gm)).toHaveLength(resumes);
      expect(output).not.toContain('✗');
      expect(serverProcesses()).toEqual([]);
      const subjects = (await mails()).map((mail) => mail.subject);
      expect(subjects.filter((subject) => subject.startsWith('Welcome'))).toHaveLength(time * resumes);
      expect(subjects.filter((subject) => subject.includes('First Resume'))).toHaveLength(time * resumes);
    }
    expect(readFileSync(path.join(cwd, '.journeyman', 'secret-key'), 'utf8')).not.toBe('');
  });
});
