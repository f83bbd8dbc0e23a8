/**
 * The hourly check of everybody's achievements: all active users at once, the first time and when little is new, against a loop
 * over users on the same database.
 */
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { achievementDefinitions, achievementHandlers } from '#src/achievements/index.js';
import { createDatabase } from '#src/db/database.js';
import { createOutbox } from '#src/db/outbox.js';
import { saveReferenceData } from '#src/db/reference-data.js';
import { connect, createBroker } from '#src/taskkit/index.js';
import {
  checkAchievementsChunk,
  checkAllUserAchievements,
  detectMilestoneAchievements,
  generateAchievementStats,
} from '#src/tasks/achievements.js';
import { createFacts } from './achievements/facts.mjs';
import { checkInLoop } from './achievements/loop.mjs';
import { startPostgres } from './support/brokers.mjs';
import { fillIn, print, progress, readable, table } from './support/report.mjs';
import { monotonic, rounded } from './support/statistics.mjs';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** How many users the loop is measured on; the first thousand users are as mixed as all. */
const loopUsers = 100;

/** How often the sides take turns when nothing is new. The first time is there only once. */
const roundCount = 3;

export async function run({ quick }) {
  const users = quick ? 10_000 : 100_000;
  const server = await startPostgres();
  const url = await server.fresh();
  const db = createDatabase(url);
  await saveReferenceData(db, { skills: [], achievements: achievementDefinitions });
  const broker = createBroker(url, { resultExpires: 60 });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    progress(`${users} users and what they did`);
    const facts = await createFacts(db, users);
    const handlers = achievementHandlers({ db, clock: () => new Date(), activeUserDays: 30 });
    connect({ broker, outbox: createOutbox(db, url), routes: {}, defaultQueue: 'celery', log: silent, handlers });

    progress('the loop, first time');
    // Once without being measured, so that it is not the one to fill the caches.
    await measureLoop(client);
    const loopFirst = await measureLoop(client);
    progress('all at once, first time');
    const memory = watchMemory();
    const first = await measure(() => runParent(handlers, checkAllUserAchievements));
    const rounds = [];
    for (let round = 1; round <= roundCount; round++) {
      progress(`again, round ${round} of ${roundCount}`);
      const again = await measure(() => runParent(handlers, checkAllUserAchievements));
      rounds.push({ again, loopAgain: await measureLoop(client) });
    }
    const { again, loopAgain } = medianRound(rounds);
    const milestones = await measure(() => runParent(handlers, detectMilestoneAchievements));
    const stats = await measure(() => generateAchievementStats({}));
    const peakMegabytes = memory.stop();

    const ours = {
      users,
      facts,
      unlocked: first.result.unlocked,
      chunks: first.result.chunks,
      firstSeconds: rounded(first.milliseconds / 1000),
      againSeconds: rounded(again.milliseconds / 1000),
      milestoneSeconds: rounded(milestones.milliseconds / 1000),
      statsSeconds: rounded(stats.milliseconds / 1000),
      ...peakMegabytes,
    };
    const peers = {
      loop: {
        users: loopUsers,
        unlocked: loopFirst.result,
        firstMsPerUser: rounded(perUser(loopFirst, loopUsers)),
        againMsPerUser: rounded(perUser(loopAgain, loopUsers)),
      },
    };
    const ratios = {
      first: rounded(perUser(loopFirst, loopUsers) / perUser(first, users)),
      again: rounded(perUser(loopAgain, loopUsers) / perUser(again, users)),
    };
    const report = describe({ ours, peers, ratios, first, again, milestones, stats, loopFirst, loopAgain });
    print(`\n${report}\n`);
    if (!quick) {
      const conditions = `${os.cpus().length} cores, load average ${os.loadavg()[0].toFixed(1)} at the end; ${server.version}; Node ${process.versions.node}.`;
      const file = path.join(import.meta.dirname, '../docs/benchmarks/achievements.md');
      fillIn(file, 'results', `Measured on ${new Date().toISOString().slice(0, 10)}, ${conditions}\n\n${report}`);
    }
    return { ours, peers, ratios };
  } finally {
    connect(undefined);
    await client.end();
    await broker.close();
    await db.destroy();
    await server.stop();
  }
}

const perUser = ({ milliseconds }, users) => milliseconds / users;

/** The round whose sides compare as in the middle one; its two halves met the same noise. */
function medianRound(rounds) {
  const ratio = ({ again, loopAgain }) => loopAgain.milliseconds / again.milliseconds;
  return rounds.toSorted((one, other) => ratio(one) - ratio(other))[rounds.length >> 1];
}

async function measure(work) {
  const start = monotonic();
  const result = await work();
  return { milliseconds: monotonic() - start, result };
}

/** Runs a parent task's handler here, and its chunks one after another as their turn would come in a worker that runs one at a time. */
async function runParent(handlers, task) {
  const handler = handlers.find((each) => each.task === task);
  const group = async (build) => {
    const outcomes = [];
    for (const { spec } of await build()) outcomes.push({ result: await checkAchievementsChunk(spec.args) });
    return outcomes;
  };
  return handler.run({}, { name: task.taskName, log: silent, group });
}

/** The loop's writes are taken back, so that both sides meet the same users; it is spared the waits for its commits. */
async function measureLoop(client) {
  const { rows } = await client.query('SELECT id FROM users ORDER BY id LIMIT $1', [loopUsers]);
  await client.query('BEGIN');
  const measured = await measure(() =>
    checkInLoop(
      client,
      rows.map(({ id }) => id),
    ),
  );
  await client.query('ROLLBACK');
  return measured;
}

/** The resident size of this process: before, and the highest until `stop`. */
function watchMemory() {
  const megabytes = () => Math.round(process.memoryUsage.rss() / 1_000_000);
  const startMegabytes = megabytes();
  let peak = startMegabytes;
  const timer = setInterval(() => {
    peak = Math.max(peak, megabytes());
  }, 20);
  return {
    stop() {
      clearInterval(timer);
      return { startMegabytes, peakMegabytes: Math.max(peak, megabytes()) };
    },
  };
}

function describe({ ours, peers, ratios, first, again, milestones, stats, loopFirst, loopAgain }) {
  const row = (name, { milliseconds }, users, result) => [name, milliseconds / 1000, users, milliseconds / users, result];
  const unlocked = ({ result }) => `${readable(result.unlocked)} unlocked`;
  const times = table(
    ['', 'seconds', 'users', 'ms a user', 'result'],
    [
      row('check_all_user_achievements, first time', first, ours.users, unlocked(first)),
      row('check_all_user_achievements, again', again, ours.users, unlocked(again)),
      row('detect_milestone_achievements', milestones, ours.users, unlocked(milestones)),
      row('generate_achievement_stats', stats, ours.users, `${stats.result.leaders} leaders`),
      row('loop over users, first time', loopFirst, peers.loop.users, `${readable(loopFirst.result)} unlocked`),
      row('loop over users, again', loopAgain, peers.loop.users, `${readable(loopAgain.result)} unlocked`),
    ],
  );
  return [
    `${readable(ours.users)} active users with ${readable(ours.facts)} facts, ${ours.chunks} chunks.`,
    '',
    times,
    '',
    `Per user, the loop takes ${readable(ratios.first)} times as long the first time and ${readable(ratios.again)} times as long when nothing is new.`,
    `The process held ${ours.startMegabytes} MB before and ${ours.peakMegabytes} MB at most.`,
  ].join('\n');
}
