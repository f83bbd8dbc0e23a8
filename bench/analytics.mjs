/**
 * The analytics tasks on a big platform: each task's time and memory, the first time and when the past is rolled up, against loops that
 * ask one query for each day, month, skill, course or user on the same database.
 */
import { figureHandlers } from '#src/analytics/index.js';
import {
  batchCacheUserAnalytics,
  cachePlatformAnalytics,
  cacheUserAnalytics,
  cacheUserAnalyticsChunk,
  generateActivityHeatmap,
  generateUserGrowthReport,
} from '#src/tasks/analytics.js';
import { createFacts } from './analytics/facts.mjs';
import { coursesOneByOne, growthByMonth, heatmapByDay, skillsOneByOne, usersOneByOne } from './analytics/loops.mjs';
import { onOwnDatabase, runBatch, tell } from './support/batch.mjs';
import { progress, readable, table } from './support/report.mjs';
import { monotonic, rounded } from './support/statistics.mjs';

/** On how many of the users, skills and courses the loops are measured; each is as mixed as all. */
const sampleSize = 100;

/** How often the sides take turns, of which the middle one is told. The first time is there only once. */
const roundsOf = (quick) => (quick ? 1 : 3);

const heatmapDays = 366;

export async function run({ quick }) {
  const users = quick ? 4000 : 100_000;
  return onOwnDatabase(async ({ db, client, version, connectHandlers }) => {
    progress(`${users} users and what they did`);
    const facts = await createFacts(db, users);
    const handlers = figureHandlers({ db, clock: () => new Date(), timezone: 'UTC', activeUserDays: 30 });
    connectHandlers(handlers);

    progress('the hourly task, first time');
    const first = await measure(() => cachePlatformAnalytics({}));
    const rounds = [];
    for (let round = 1; round <= roundsOf(quick); round++) {
      progress(`all tasks and the loops, round ${round} of ${roundsOf(quick)}`);
      rounds.push({ ours: await measureTasks(handlers), loops: await measureLoops(client, new Date()) });
    }
    return report({ quick, users, facts, first, rounds, version });
  });
}

/** How long some work takes, and the highest resident size of this process meanwhile. */
async function measure(work) {
  let peak = process.memoryUsage.rss();
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const start = monotonic();
  const result = await work();
  const milliseconds = monotonic() - start;
  clearInterval(timer);
  return { milliseconds, result, megabytes: Math.round(Math.max(peak, process.memoryUsage.rss()) / 1_000_000) };
}

const measureTasks = async (handlers) => ({
  platform: await measure(() => cachePlatformAnalytics({})),
  heatmap: await measure(() => generateActivityHeatmap({ days: heatmapDays })),
  growth: await measure(() => generateUserGrowthReport({})),
  user: await measure(() => cacheUserAnalytics({ userId: 1 })),
  users: await measure(() => runBatch(handlers, batchCacheUserAnalytics, cacheUserAnalyticsChunk)),
});

async function measureLoops(client, now) {
  const sampleOf = async (table) => {
    const { rows } = await client.query(`SELECT id FROM ${table} ORDER BY id LIMIT ${sampleSize}`);
    return rows.map(({ id }) => id);
  };
  const [users, skills, courses] = [await sampleOf('users'), await sampleOf('skills'), await sampleOf('courses')];
  return {
    heatmap: await measure(() => heatmapByDay(client, now, heatmapDays)),
    growth: await measure(() => growthByMonth(client, now)),
    skills: await measure(() => skillsOneByOne(client, skills)),
    courses: await measure(() => coursesOneByOne(client, courses)),
    users: await measure(() => usersOneByOne(client, users)),
  };
}

/** The middle one of the rounds' values. */
const middle = (rounds, measureOf) => rounds.map(measureOf).toSorted((one, other) => one - other)[rounds.length >> 1];

function report({ quick, users, facts, first, rounds, version }) {
  const seconds = (name) => middle(rounds, ({ ours }) => ours[name].milliseconds) / 1000;
  const megabytes = (name) => Math.max(...rounds.map(({ ours }) => ours[name].megabytes));
  const loopMs = (name) => middle(rounds, ({ loops }) => loops[name].milliseconds);
  const queries = (name) => rounds[0].loops[name].result.queries;
  const { ours: lastRound, loops: lastLoops } = rounds.at(-1);
  if (lastRound.heatmap.result.events !== lastLoops.heatmap.result.events) throw new Error('The loop counts other events.');
  if (lastRound.growth.result.signUps !== lastLoops.growth.result.signUps) throw new Error('The loop counts other sign-ups.');
  const active = lastRound.users.result.users;
  const ours = {
    users,
    ...facts,
    platformFirstSeconds: rounded(first.milliseconds / 1000),
    ...Object.fromEntries(Object.keys(lastRound).map((name) => [`${name}Seconds`, rounded(seconds(name))])),
    msPerUser: rounded((1000 * seconds('users')) / active),
    peakMegabytes: Math.max(first.megabytes, ...Object.keys(lastRound).map(megabytes)),
  };
  const peers = {
    loops: {
      sample: sampleSize,
      ...Object.fromEntries(Object.keys(lastLoops).map((name) => [`${name}Ms`, rounded(loopMs(name))])),
    },
  };
  // The two sides of a round met the same noise.
  const ratio = (ratioOf) => rounded(middle(rounds, ratioOf));
  const perSample = ({ milliseconds }) => milliseconds / sampleSize;
  const ratios = {
    platform: ratio(
      ({ ours: { platform }, loops }) =>
        (perSample(loops.skills) * facts.skills + perSample(loops.courses) * facts.courses) / platform.milliseconds,
    ),
    heatmap: ratio((round) => round.loops.heatmap.milliseconds / round.ours.heatmap.milliseconds),
    growth: ratio((round) => round.loops.growth.milliseconds / round.ours.growth.milliseconds),
    users: ratio(({ ours: { users: batch }, loops }) => (perSample(loops.users) * active) / batch.milliseconds),
  };
  const text = [
    `${readable(users)} users, ${readable(facts.events)} events, ${readable(facts.applications)} applications; ${readable(active)} users are active.`,
    '',
    table(
      ['task', 'seconds', 'memory, MB'],
      [
        ['cache_platform_analytics, first time', first.milliseconds / 1000, first.megabytes],
        ['cache_platform_analytics, again', seconds('platform'), megabytes('platform')],
        [`generate_activity_heatmap, ${heatmapDays} days`, seconds('heatmap'), megabytes('heatmap')],
        ['generate_user_growth_report', seconds('growth'), megabytes('growth')],
        ['cache_user_analytics', seconds('user'), megabytes('user')],
        [`batch_cache_user_analytics, ${readable(active)} users`, seconds('users'), megabytes('users')],
      ],
    ),
    '',
    table(
      ['loop', 'queries', 'seconds', 'ms a query'],
      [
        [`heatmap, a query a day, ${heatmapDays} days`, 'heatmap'],
        ['growth, four queries a month', 'growth'],
        [`skills, three queries a skill, ${sampleSize} skills`, 'skills'],
        [`courses, three queries a course, ${sampleSize} courses`, 'courses'],
        [`users, a query a figure, ${sampleSize} users`, 'users'],
      ].map(([label, name]) => [label, queries(name), loopMs(name) / 1000, loopMs(name) / queries(name)]),
    ),
    '',
    `The loops take ${readable(ratios.heatmap)} times as long for the heatmap, ${readable(ratios.growth)} times for the growth report, and ${readable(ratios.users)} times a user. For all ${readable(facts.skills)} skills and ${readable(facts.courses)} courses they would take ${readable(ratios.platform)} times as long as the whole hourly task.`,
  ].join('\n');
  tell('analytics', text, { quick, version });
  return { ours, peers, ratios };
}
