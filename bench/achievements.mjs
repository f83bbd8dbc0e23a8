/**
 * The hourly check of everybody's achievements: all active users at once, the first time and when little is new, against a loop
 * over users on the same database.
 */
import { achievementDefinitions, achievementHandlers } from '#src/achievements/index.js';
import { saveReferenceData } from '#src/db/reference-data.js';
import {
  checkAchievementsChunk,
  checkAllUserAchievements,
  detectMilestoneAchievements,
  generateAchievementStats,
} from '#src/tasks/achievements.js';
import { createFacts } from './achievements/facts.mjs';
import { checkInLoop } from './achievements/loop.mjs';
import { onOwnDatabase, runBatch, tell } from './support/batch.mjs';
import { progress, readable, table } from './support/report.mjs';
import { monotonic, rounded } from './support/statistics.mjs';

/** How many users the loop is measured on; the first thousand users are as mixed as all. */
const loopUsers = 100;

/** How often the sides take turns when nothing is new. The first time is there only once. */
const roundCount = 3;

export async function run({ quick }) {
  const users = quick ? 10_000 : 100_000;
  return onOwnDatabase(async ({ db, client, version, connectHandlers }) => {
    await saveReferenceData(db, { skills: [], achievements: achievementDefinitions });
    progress(`${users} users and what they did`);
    const facts = await createFacts(db, users);
    const handlers = achievementHandlers({ db, clock: () => new Date(), activeUserDays: 30 });
    connectHandlers(handlers);

    progress('the loop, first time');
    // Once without being measured, so that it is not the one to fill the caches.
    await measureLoop(client);
    const loopFirst = await measureLoop(client);
    progress('all at once, first time');
    const memory = watchMemory();
    const first = await measure(() => runChecks(handlers, checkAllUserAchievements));
    const rounds = [];
    for (let round = 1; round <= roundCount; round++) {
      progress(`again, round ${round} of ${roundCount}`);
      const again = await measure(() => runChecks(handlers, checkAllUserAchievements));
      rounds.push({ again, loopAgain: await measureLoop(client) });
    }
    const { again, loopAgain } = medianRound(rounds);
    const milestones = await measure(() => runChecks(handlers, detectMilestoneAchievements));
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
    tell('achievements', report, { quick, version });
    return { ours, peers, ratios };
  });
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

const runChecks = (handlers, parent) => runBatch(handlers, parent, checkAchievementsChunk);

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
