import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { type Handler, handle } from '../taskkit/index.js';
import { recommendJobsAsync } from '../tasks/recommendations.js';
import { rankJobs, saveRecommendations } from './queries.js';
import { jobReason } from './reason.js';

/** How long recommendations hold, in milliseconds. */
const lifetime = 86_400_000;

/** The handlers of the recommendation tasks. `clock` tells when something is recommended. */
export function recommendationHandlers({ db, clock }: { db: Kysely<Database>; clock: () => Date }): Handler[] {
  return [
    handle(recommendJobsAsync, async ({ userId, limit = 10 }) => {
      const computedAt = clock();
      const ranked = await rankJobs(db, userId, limit, computedAt);
      const items = ranked.map(({ applications, ...job }) => ({ ...job, reason: jobReason({ applications, ...job }) }));
      await saveRecommendations(db, { userId, items, computedAt, expiresAt: new Date(computedAt.getTime() + lifetime) });
      return { userId, kind: 'jobs' as const, items: items.length };
    }),
  ];
}
