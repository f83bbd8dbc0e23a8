/**
 * The daily recommendations of everybody: all five kinds for all users by two workers, against a loop that asks the database for each
 * row's skills, and how long one user takes once the index is there.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { openApp } from '#src/app.js';
import { createDatabase } from '#src/db/database.js';
import { createLogger } from '#src/logging.js';
import { createIndex, recommend } from '#src/recommendations/engine/index.js';
import { loadFacts } from '#src/recommendations/facts.js';
import { loadSnapshot } from '#src/recommendations/snapshot.js';
import { resolveSettings } from '#src/settings.js';
import { generateDailyRecommendations, recommendationLimits } from '#src/tasks/recommendations.js';
import { recommendInLoop } from './recommendations/loop.mjs';
import { createPlatform, sizes } from './recommendations/platform.mjs';
import { startPostgres } from './support/brokers.mjs';
import { fillIn, print, progress, readable, table } from './support/report.mjs';
import { median, monotonic, quantile, rounded } from './support/statistics.mjs';

const workerCount = 2;
/** Other numbers of users, to show how the time grows with them. */
const otherSizes = [10_000, 300_000];
const singleUsers = 300;

export async function run({ quick }) {
  const users = quick ? 5000 : 100_000;
  const loopUsers = quick ? 3 : 20;
  const server = await startPostgres();
  const url = await server.fresh();
  const db = createDatabase(url);
  try {
    progress(`${users} users and what there is for them`);
    await createPlatform(db, users);
    progress('the loop over users');
    const loop = await measureLoop(url, loopUsers);
    const batch = await measureBatch(url, db, users);
    progress('one user at a time');
    const single = await measureSingle(db, users);
    await db.destroy();
    const growth = [];
    for (const size of quick ? [] : otherSizes) growth.push(await measureSize(server, size));
    return report({ quick, users, loop, batch, single, growth, version: server.version });
  } finally {
    await db.destroy();
    await server.stop();
  }
}

/** The same for another number of users, in a database of its own. */
async function measureSize(server, users) {
  const url = await server.fresh();
  const db = createDatabase(url);
  try {
    progress(`${users} users and what there is for them`);
    await createPlatform(db, users);
    return { users, ...(await measureBatch(url, db, users)) };
  } finally {
    await db.destroy();
  }
}

/** Its writes are taken back; it is spared the waits for its commits. */
async function measureLoop(url, users) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  const userIds = Array.from({ length: users }, (_, place) => 100 + 41 * place);
  await recommendInLoop(client, userIds.slice(0, 1));
  const start = monotonic();
  const queries = await recommendInLoop(client, userIds);
  const milliseconds = monotonic() - start;
  await client.query('ROLLBACK');
  await client.end();
  return { users, queriesPerUser: queries / users, msPerUser: milliseconds / users };
}

/** The first run loads the index too and finds nothing stored, the second finds both there. */
async function measureBatch(url, db, users) {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'journeyman-bench-recommendations-'));
  const settings = resolveSettings({ flags: { DATABASE_URL: url, STATE_DIR: stateDir } });
  const app = await openApp(settings, createLogger({ level: 'error', format: 'json', name: 'bench' }));
  const workers = await Promise.all(Array.from({ length: workerCount }, (_, number) => startWorker(url, `bench-${number}`)));
  try {
    progress('everybody, first time');
    const first = await measureTask(users);
    progress('everybody, again');
    const again = await measureTask(users);
    const { rows } = await sql`
      SELECT count(*)::int AS lists, sum(jsonb_array_length(items))::int AS items FROM recommendations
    `.execute(db);
    if (rows[0].lists !== 5 * users) throw new Error(`${rows[0].lists} lists were stored instead of ${5 * users}.`);
    const peaks = await Promise.all(workers.map(peakMegabytes));
    return { first, again, items: rows[0].items, peakMegabytes: Math.max(...peaks) };
  } finally {
    await Promise.all(workers.map(endProcess));
    await app.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function measureTask(users) {
  const start = monotonic();
  const result = await (await generateDailyRecommendations.delay({})).get({ timeout: 3600 });
  const milliseconds = monotonic() - start;
  if (result.users !== users) throw new Error(`${result.users} users were looked at instead of ${users}.`);
  return { milliseconds, users, chunks: result.chunks };
}

async function startWorker(url, name) {
  const child = fork(path.join(import.meta.dirname, 'recommendations/worker.mjs'));
  child.once('exit', (code) => code && child.emit('error', new Error(`The worker ended with ${code}.`)));
  const ready = once(child, 'message');
  child.send({ url, name });
  await ready;
  return child;
}

async function peakMegabytes(child) {
  const answer = once(child, 'message');
  child.send({});
  const [{ peakMegabytes }] = await answer;
  return peakMegabytes;
}

async function endProcess(child) {
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}

/** All five kinds for single users, in this process: what the engine takes, and with what it has to know of the user. */
async function measureSingle(db, users) {
  const start = monotonic();
  const { snapshot } = await loadSnapshot(db, new Date());
  const loaded = monotonic();
  const index = createIndex(snapshot);
  const indexed = monotonic();
  const engine = [];
  const whole = [];
  for (let number = 0; number < 2 * singleUsers; number += 1) {
    const begin = monotonic();
    const [facts] = await loadFacts(db, [1 + ((number * 7919) % users)]);
    const known = monotonic();
    recommend(index, facts, recommendationLimits, new Date());
    const end = monotonic();
    // The first half warms up.
    if (number < singleUsers) continue;
    engine.push(end - known);
    whole.push(end - begin);
  }
  return {
    loadMs: loaded - start,
    indexMs: indexed - loaded,
    engineMs: median(engine),
    engineMs95: quantile(engine, 0.95),
    wholeMs: median(whole),
  };
}

const growthTable = (found) =>
  table(
    ['users', 'first time, s', 'again, s', 'again, ms a user', 'highest memory of a worker, MB'],
    found
      .sort((one, other) => one.users - other.users)
      .map(({ users, first, again, peakMegabytes }) => [
        readable(users),
        first.milliseconds / 1000,
        again.milliseconds / 1000,
        again.milliseconds / users,
        Math.round(peakMegabytes),
      ]),
  );

function report({ quick, users, loop, batch, single, growth, version }) {
  const seconds = (run) => run.milliseconds / 1000;
  const rate = (run) => run.users / seconds(run);
  const ours = {
    users,
    items: batch.items,
    chunks: batch.first.chunks,
    firstSeconds: rounded(seconds(batch.first)),
    againSeconds: rounded(seconds(batch.again)),
    usersPerSecond: rounded(rate(batch.again)),
    peakMegabytes: Math.round(batch.peakMegabytes),
    loadMs: rounded(single.loadMs),
    indexMs: rounded(single.indexMs),
    engineMs: rounded(single.engineMs),
    engineMs95: rounded(single.engineMs95),
    factsAndEngineMs: rounded(single.wholeMs),
    growth: growth.map((size) => ({
      users: size.users,
      firstSeconds: rounded(seconds(size.first)),
      againSeconds: rounded(seconds(size.again)),
      peakMegabytes: Math.round(size.peakMegabytes),
    })),
  };
  const peers = { loop: { users: loop.users, queriesPerUser: rounded(loop.queriesPerUser), msPerUser: rounded(loop.msPerUser) } };
  const ratios = {
    first: rounded((loop.msPerUser * users) / batch.first.milliseconds),
    again: rounded((loop.msPerUser * users) / batch.again.milliseconds),
  };
  const row = (name, run) => [name, run.users, seconds(run), rate(run), run.milliseconds / run.users];
  const text = [
    `${readable(users)} users, ${readable(sizes.jobs)} jobs, ${readable(sizes.courses)} courses, ${readable(Math.min(sizes.mentors, users))} mentors, ${readable(sizes.skills)} skills; ${readable(batch.items)} items stored.`,
    '',
    table(
      ['', 'users', 'seconds', 'users a second', 'ms a user'],
      [
        row('generate_daily_recommendations, two workers, first time', batch.first),
        row('generate_daily_recommendations, two workers, again', batch.again),
        row('loop over users', { users: loop.users, milliseconds: loop.msPerUser * loop.users }),
      ],
    ),
    '',
    `The loop asks ${readable(loop.queriesPerUser)} queries a user; the task is ${readable(ratios.first)} times as fast the first time and ${readable(ratios.again)} times again.`,
    `A worker held ${ours.peakMegabytes} MB at most.`,
    ...(growth.length > 0 ? ['', growthTable([...growth, { users, ...batch }])] : []),
    '',
    `The data are read in ${readable(single.loadMs)} ms and the index is made in ${readable(single.indexMs)} ms. With it, five kinds for one user take ${readable(single.engineMs)} ms (median; 95 %: ${readable(single.engineMs95)} ms), and ${readable(single.wholeMs)} ms with reading what there is to know of the user.`,
  ].join('\n');
  print(`\n${text}\n`);
  if (!quick) {
    const conditions = `${os.cpus().length} cores, load average ${os.loadavg()[0].toFixed(1)} at the end; ${version}; Node ${process.versions.node}.`;
    const file = path.join(import.meta.dirname, '../docs/benchmarks/recommendations.md');
    fillIn(file, 'results', `Measured on ${new Date().toISOString().slice(0, 10)}, ${conditions}\n\n${text}`);
  }
  return { ours, peers, ratios };
}
