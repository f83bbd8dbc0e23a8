import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeHeatmap } from '#src/analytics/activity/heatmap.js';
import { readUserFigures } from '#src/analytics/cache.js';
import { computeGrowth } from '#src/analytics/growth/compute.js';
import { computePlatform } from '#src/analytics/platform/compute.js';
import { figureSchemas, heatmapFigures, userFigures } from '#src/analytics/types.js';
import { storeUserFigures } from '#src/analytics/user/store.js';
import { activeUserDays, daysAgo, now, type OpenAnalytics, openAnalytics } from '../support/analytics.js';
import { fillPlatform, loadRows, platforms, type RandomPlatform, type Rows } from '../support/analytics-rows.js';
import {
  slowCourses,
  slowDays,
  slowGrowth,
  slowJobs,
  slowMentoring,
  slowPlatform,
  slowSkills,
  slowUser,
  slowWeekHours,
} from '../support/slow-analytics.js';

let analytics: OpenAnalytics;
let db: OpenAnalytics['db'];
beforeAll(async () => {
  analytics = await openAnalytics();
  db = analytics.db;
});
afterAll(() => analytics.close());

/** Whole hours and others, with and without a summer time; in Havana the clocks change at midnight. */
const timezones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Havana', 'Asia/Kathmandu', 'Pacific/Auckland');

/** Checks a property of random platforms, each in an empty database. */
const check = (holds: (rows: Rows, timezone: string, platform: RandomPlatform) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(platforms, timezones, async (platform, timezone) => {
      await analytics.empty();
      await fillPlatform(db, platform);
      await holds(await loadRows(db), timezone, platform);
    }),
    { numRuns: 25 },
  );

describe('on any platform', () => {
  it('the hourly figures are those of a slow count', async () => {
    await check(async (rows, timezone) => {
      const moment = { now, timezone, activeUserDays };
      const found = await computePlatform(db, moment);
      for (const key of ['platform', 'skills', 'courses', 'jobs', 'mentoring'] as const) figureSchemas[key].parse(found[key]);
      expect(found).toEqual({
        platform: slowPlatform(rows, moment),
        skills: slowSkills(rows, moment),
        courses: slowCourses(rows),
        jobs: slowJobs(rows, moment),
        mentoring: slowMentoring(rows, moment),
      });
    });
  });

  it('the heatmap is that of a slow count, whenever the days before were rolled up', async () => {
    await check(async (rows, timezone) => {
      const moment = { now, timezone, activeUserDays };
      for (const [before, days] of [
        [40, 1],
        [3, 366],
        [0, 30],
      ] as const) {
        const then = { ...moment, now: daysAgo(before) };
        const heatmap = heatmapFigures.parse(await computeHeatmap(db, { days, now: then.now, timezone }));
        const expected = slowDays(rows, then, days);
        expect(heatmap.days).toEqual(expected);
        expect(heatmap.weekHours).toEqual(slowWeekHours(rows, then, days));
        expect(heatmap.events).toBe(expected.reduce((sum, { events }) => sum + events, 0));
      }
    });
  });

  it('the growth report is that of a slow count', async () => {
    await check(async (rows, timezone) => {
      const moment = { now, timezone, activeUserDays };
      expect(figureSchemas.growth.parse(await computeGrowth(db, moment))).toEqual(slowGrowth(rows, moment));
    });
  });

  it('the figures of all users at once are those of each user by himself, and of a slow count', async () => {
    await check(async (rows) => {
      const fresh = { which: sql<boolean>`true`, computedAt: now, expiresAt: now };
      await storeUserFigures(db, { fromId: 1, toId: Number.MAX_SAFE_INTEGER }, fresh);
      const together = await Promise.all(rows.users.map(({ id }) => readUserFigures(db, id)));
      for (const { id } of rows.users) await storeUserFigures(db, { fromId: id, toId: id }, fresh);
      const alone = await Promise.all(rows.users.map(({ id }) => readUserFigures(db, id)));

      expect(together.map((row) => userFigures.parse(row!.value))).toEqual(rows.users.map(({ id }) => slowUser(rows, id)));
      expect(alone).toEqual(together);
    });
  });
});
