import { type Handler, handle } from '../taskkit/index.js';
import {
  batchCacheUserAnalytics,
  cachePlatformAnalytics,
  cacheUserAnalytics,
  cacheUserAnalyticsChunk,
  generateActivityHeatmap,
  generateUserGrowthReport,
} from '../tasks/analytics.js';
import { cacheGrowth, cacheHeatmap, cachePlatform } from './cache-figures.js';
import type { AnalyticsServices } from './services.js';
import { cacheAllUsers, cacheUser, cacheUsersOf } from './user/cache-users.js';

/** The handlers of the tasks that compute figures. `clock` tells which moment they are of, and who is active. */
export function figureHandlers(services: AnalyticsServices): Handler[] {
  const { db, clock, timezone, activeUserDays } = services;
  const present = () => ({ now: clock(), timezone, activeUserDays });
  return [
    handle(cachePlatformAnalytics, async () => {
      const moment = present();
      return { figures: await cachePlatform(db, moment), computedAt: moment.now.toISOString() };
    }),
    handle(generateActivityHeatmap, async ({ days = 30 }) => {
      const moment = present();
      const { from, to, events } = await cacheHeatmap(db, days, moment);
      return { days, from, to, events, computedAt: moment.now.toISOString() };
    }),
    handle(generateUserGrowthReport, async () => {
      const moment = present();
      const { months } = await cacheGrowth(db, moment);
      const signUps = months.reduce((sum, month) => sum + month.signUps, 0);
      return { months: months.length, signUps, users: months.at(-1)!.cumulative, computedAt: moment.now.toISOString() };
    }),
    handle(cacheUserAnalytics, ({ userId }) => cacheUser(services, userId)),
    handle(batchCacheUserAnalytics, (_, context) => cacheAllUsers(services, context)),
    handle(cacheUserAnalyticsChunk, (range) => cacheUsersOf(services, range)),
  ];
}
