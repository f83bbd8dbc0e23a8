/**
 * Takes docs/images/monitor-*.png: the monitor's pages, light and dark, wide and on a phone. A platform with demo data is started in
 * a folder of its own, and its workers run real tasks; their times are then spread over the last hour, so that plots have something
 * to show. Needs Chromium; CHROMIUM names another program. Arguments are the names of pages; none takes all of them.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { chromium } from 'playwright-core';
import { createDatabase } from '#src/db/database.js';
import { startEmbedded } from '#src/db/embedded/index.js';
import { sampleRuns } from '#src/db/history/index.js';
import { createOutbox } from '#src/db/outbox.js';
import { mailboxFolder, readMailbox } from '#src/email/index.js';
import { AsyncResult, chain, connect, createBroker, createSealer, group } from '#src/taskkit/index.js';
import { checkUserAchievements, generateAchievementStats } from '#src/tasks/achievements.js';
import {
  cachePlatformAnalytics,
  exportAnalyticsSnapshot,
  generateActivityHeatmap,
  generateDailyReport,
  generateUserGrowthReport,
} from '#src/tasks/analytics.js';
import { sendWelcomeEmail } from '#src/tasks/email.js';
import { sendNotificationAsync } from '#src/tasks/notifications.js';
import { recommendCoursesAsync, recommendJobsAsync, recommendMentorsAsync } from '#src/tasks/recommendations.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const images = path.join(root, 'docs', 'images');
const asked = process.argv.slice(2);
const wide = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const tall = { width: 1280, height: 1900 };
const workerName = 'worker-1@careers';

/** Each picture by its page. `path` may be made from what ran. */
const pictures = [
  { name: 'overview', path: () => '', viewport: wide, colorScheme: 'light' },
  { name: 'overview-dark', path: () => '', viewport: wide, colorScheme: 'dark' },
  { name: 'overview-phone', path: () => '', viewport: phone, colorScheme: 'dark' },
  { name: 'tasks', path: () => 'tasks', viewport: wide, colorScheme: 'light' },
  { name: 'tasks-phone', path: () => 'tasks', viewport: phone, colorScheme: 'light' },
  { name: 'task', path: ({ failed }) => `tasks/${failed}`, viewport: wide, colorScheme: 'dark' },
  { name: 'graph', path: ({ chained }) => `tasks/${chained}`, viewport: { width: 1280, height: 1100 }, colorScheme: 'light' },
  { name: 'kinds', path: () => 'names?window=1h', viewport: wide, colorScheme: 'light' },
  {
    name: 'kind',
    path: () => `names/${checkUserAchievements.taskName}?window=1h`,
    viewport: { width: 1280, height: 1100 },
    colorScheme: 'light',
  },
  { name: 'workers', path: () => 'workers', viewport: wide, colorScheme: 'light' },
  { name: 'worker', path: () => `workers/${encodeURIComponent(workerName)}`, viewport: wide, colorScheme: 'dark' },
  { name: 'queues', path: () => 'queues', viewport: wide, colorScheme: 'light' },
  { name: 'queue', path: () => 'queues/achievement?window=1h', viewport: { width: 1280, height: 1000 }, colorScheme: 'light' },
  { name: 'queue-phone', path: () => 'queues/achievement?window=1h', viewport: phone, colorScheme: 'dark' },
  { name: 'schedule', path: () => 'schedule', viewport: wide, colorScheme: 'dark' },
  { name: 'mail', path: ({ mail }) => `mail?mail=${mail}`, viewport: { width: 1280, height: 1000 }, colorScheme: 'light' },
  { name: 'mail-phone', path: ({ mail }) => `mail?mail=${mail}`, viewport: phone, colorScheme: 'light' },
  { name: 'mail-log', path: () => 'mail/log', viewport: wide, colorScheme: 'light' },
  { name: 'analytics', path: () => 'analytics', viewport: tall, colorScheme: 'light' },
  { name: 'analytics-dark', path: () => 'analytics', viewport: tall, colorScheme: 'dark' },
  { name: 'analytics-phone', path: () => 'analytics', viewport: { width: 360, height: 1280 }, colorScheme: 'dark' },
  { name: 'analytics-skills', path: () => 'analytics/skills', viewport: { width: 1280, height: 1240 }, colorScheme: 'light' },
  { name: 'analytics-skills-phone', path: () => 'analytics/skills', viewport: phone, colorScheme: 'light' },
  { name: 'analytics-jobs', path: () => 'analytics/jobs', viewport: { width: 1280, height: 920 }, colorScheme: 'dark' },
  { name: 'analytics-courses', path: () => 'analytics/courses', viewport: { width: 1280, height: 1220 }, colorScheme: 'light' },
  { name: 'analytics-leaderboard', path: () => 'analytics/leaderboard', viewport: wide, colorScheme: 'light' },
  {
    name: 'analytics-report',
    path: ({ report }) => `analytics/reports/${report}`,
    viewport: { width: 1280, height: 1120 },
    colorScheme: 'light',
  },
  { name: 'analytics-snapshot', path: ({ snapshot }) => `analytics/snapshots/${snapshot}`, viewport: wide, colorScheme: 'dark' },
];

const cwd = mkdtempSync(path.join(tmpdir(), 'journeyman-screenshots-'));
// Root's server runs as another user, who has to pass through.
chmodSync(cwd, 0o711);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const log = { ...quiet, error: (_details, message) => console.error(message) };
const server = await startEmbedded({
  folder: path.join(cwd, '.journeyman'),
  fallbackFolder: path.join(cwd, 'fallback'),
  log: quiet,
});
const secretKey = 'the secret key of the pictures, which guards nothing';
const env = { ...process.env, DATABASE_URL: server.url, SECRET_KEY: secretKey, LOG_FORMAT: 'text' };
const command = [path.join(root, 'dist', 'cli', 'main.js')];
const children = [];
const db = createDatabase(server.url);

/** Starts a command that goes on, and returns what its output says in the first group. */
function start(args, says) {
  const child = spawn(process.execPath, [...command, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let output = '';
    const listen = (text) => {
      output += text;
      const found = says.exec(output);
      if (found) resolve(found[1]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}:\n${output}`)));
  });
}

/** Runs tasks of every sort, and returns the ids that pages are about. */
async function runTasks() {
  const users = (await db.selectFrom('users').select('id').orderBy('id').limit(60).execute()).map(({ id }) => id);
  const calls = users.flatMap((userId) => [
    checkUserAchievements.delay({ userId }),
    recommendJobsAsync.delay({ userId, limit: 10 }),
    sendNotificationAsync.delay({
      userId,
      notificationType: 'news',
      title: 'New jobs',
      message: 'Three new jobs match your skills.',
    }),
  ]);
  for (const userId of users.slice(0, 12)) {
    calls.push(sendWelcomeEmail.delay({ userId }));
    await checkUserAchievements.applyAsync({ userId }, { countdown: 3600 });
  }
  const failing = await Promise.all([900_001, 900_002, 900_003].map((userId) => checkUserAchievements.delay({ userId })));
  const [userId] = users;
  const chained = await chain(
    checkUserAchievements.si({ userId }),
    group(
      recommendJobsAsync.si({ userId, limit: 10 }),
      recommendCoursesAsync.si({ userId, limit: 10 }),
      recommendMentorsAsync.si({ userId, limit: 5 }),
    ),
    sendNotificationAsync.si({ userId, notificationType: 'news', title: 'Look at this', message: 'New recommendations.' }),
  ).applyAsync();
  for (const { id } of await Promise.all(calls)) await new AsyncResult(id).get({ timeout: 120 });
  for (const { id } of failing) await new AsyncResult(id).get({ timeout: 120 }).catch(() => undefined);
  await chained.get({ timeout: 120 });
  for (const entry of ['cleanup-old-notifications', 'cache-platform-analytics'])
    execFileSync(process.execPath, [...command, 'schedule', 'run', entry], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  await quietness();
  const [mail] = await readMailbox(mailboxFolder(path.join(cwd, '.journeyman')), { limit: 1 });
  return { failed: failing[0].id, chained: chained.id, mail: mail.id };
}

/** Waits until what those tasks enqueued has ended, too: until nothing new has come into the history for some seconds. */
async function quietness() {
  const count = async () =>
    (await sql`select count(*) as runs from task_history where finished_at is not null`.execute(db)).rows[0].runs;
  for (let before = -1, now = await count(); now !== before; ) {
    before = now;
    await sleep(5000);
    now = await count();
  }
}

/** Moves each run to a time in the last hour, which its id decides, and counts the runs and queues of each minute anew. */
async function spread() {
  await sql`
    update task_history set
      enqueued_at = enqueued_at - away, started_at = started_at - away, finished_at = finished_at - away, updated_at = updated_at - away
    from (select id as moved, make_interval(secs => abs(hashtext(id)) % 3400) as away from task_history where root_id is null) as moves
    where id = moved
  `.execute(db);
  await sql`truncate task_samples, sampled_minutes`.execute(db);
  await sampleRuns(db);
  await sql`
    insert into queue_samples (minute, queue, waiting, active, delayed, failed, oldest_ms)
    select date_trunc('minute', enqueued_at), queue, count(*), least(count(*), 4), 0, count(*) filter (where state = 'FAILURE'),
      max(extract(epoch from started_at - enqueued_at) * 1000)
    from task_history group by 1, 2
    on conflict do nothing
  `.execute(db);
}

/** In the page: leaves out of stacks where this project lies. */
function shortenStacks(root) {
  for (const stack of document.querySelectorAll('pre.code'))
    stack.textContent = stack.textContent.replaceAll(root, '/srv/journeyman/');
}

/** Computes every figure, and returns what its pages are named by. */
async function computeFigures() {
  const tasks = [generateDailyReport, exportAnalyticsSnapshot, cachePlatformAnalytics, generateUserGrowthReport];
  const asked = await Promise.all([...tasks, generateActivityHeatmap, generateAchievementStats].map((task) => task.delay({})));
  const results = asked.map(({ id }) => new AsyncResult(id).get({ timeout: 120 }));
  const [{ date: report }, { name: snapshot }] = await Promise.all(results);
  return { report, snapshot };
}

/** Logs the page in as somebody who may see the analytics. */
async function logIn(page, address) {
  const { email } = await db.selectFrom('users').select('email').where('is_staff', '=', true).executeTakeFirstOrThrow();
  const headers = { 'x-requested-with': 'journeyman' };
  const answer = await page.request.post(`${address}/api/login`, { headers, data: { user: email, password: 'journeyman-demo' } });
  if (!answer.ok()) throw new Error(await answer.text());
}

async function takePictures(address, ids) {
  const program = process.env.CHROMIUM ?? 'chromium';
  const executablePath = execFileSync('sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' }).trim();
  // Chromium's sandbox refuses to run as root, as in a container.
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  mkdirSync(images, { recursive: true });
  for (const { name, path: pathOf, viewport, colorScheme } of pictures) {
    if (asked.length && !asked.includes(name)) continue;
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce', locale: 'en-GB' });
    if (name.startsWith('analytics')) await logIn(page, address);
    await page.goto(`${address}/${pathOf(ids)}`);
    await page.locator('main :is(.tile, table, .mail-head)').first().waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    for (const frame of page.frames().slice(1)) await frame.waitForURL(/html$/);
    await page.evaluate(shortenStacks, root);
    const file = path.join(images, `monitor-${name}.png`);
    await page.screenshot({ path: file });
    await page.close();
    console.log(path.relative(root, file));
  }
  await browser.close();
}

try {
  for (const args of [['migrate'], ['seed-demo']])
    execFileSync(process.execPath, [...command, ...args], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const broker = createBroker(server.url, { resultExpires: 3600 });
  const outbox = createOutbox(db, server.url);
  connect({ broker, outbox, routes: {}, defaultQueue: 'celery', log, sealer: createSealer(secretKey), handlers: [] });
  await start(['worker', '-n', workerName, '-c', '4'], /( ready: )/);
  await start(['beat'], /(beat ready)/);
  const ids = await runTasks();
  await spread();
  Object.assign(ids, await computeFigures());
  const address = await start(['monitor', '--port', '0'], /The monitor is at (http\S+)/);
  await takePictures(address, ids);
  connect(undefined);
  await broker.close();
} finally {
  for (const child of children) child.kill('SIGKILL');
  await db.destroy();
  await server.stop();
  rmSync(cwd, { recursive: true, force: true });
}
