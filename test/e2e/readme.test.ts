import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');

/** The shell block of the README in which this stands. */
const blockWith = (text: string) =>
  [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!).find((block) => block.includes(text))!;

const curlInstalled = spawnSync('curl', ['--version']).status === 0;
if (!curlInstalled)
  process.stderr.write('curl is not installed: the README’s calls are not tried. Install it with "apt-get install curl".\n');

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform('postgres');
});
afterAll(() => platform.close());

it.runIf(curlInstalled)('the calls that the README shows work as they stand', async () => {
  const api = await platform.startApi();
  await platform.startWorker('readme');
  const script = blockWith('TOKEN=').replaceAll('http://127.0.0.1:8000', api.address);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: root,
    // biome-ignore lint/style/noProcessEnv: the shell finds its programs there
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...platform.env },
  });
  const [task, resumes, notifications, ...status] = stdout.trim().split('\n');
  expect(JSON.parse(task!)).toMatchObject({ name: 'tasks.resume_tasks.analyze_resume_async' });
  expect(JSON.parse(resumes!)).toMatchObject({ total: 1, items: [{ fileName: 'backend-engineer.pdf' }] });
  expect(JSON.parse(notifications!)).toHaveProperty('unread');
  expect(status.join('\n')).toMatch(/readme: OK[\s\S]*1 node online/);
  // The mails that it speaks of arrive.
  await until(async () => (await platform.mails()).some((mail) => mail.to.includes('ada@example.com')));
});
