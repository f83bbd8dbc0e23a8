import { type Handler, handle } from '../taskkit/index.js';
import {
  batchRecommendJobs,
  generateDailyRecommendations,
  recommendationKinds,
  recommendationLimits,
  recommendChunk,
  recommendTasks,
} from '../tasks/recommendations.js';
import { type RecommendationServices, recommendToAll, recommendToRange, recommendToUser } from './recommend-users.js';

/** The handlers of the recommendation tasks. `clock` tells when something is recommended. */
export function recommendationHandlers(services: RecommendationServices): Handler[] {
  return [
    ...recommendationKinds.map((kind) =>
      handle(recommendTasks[kind], ({ userId, limit = recommendationLimits[kind] }) =>
        recommendToUser(services, kind, { userId, limit }),
      ),
    ),
    handle(generateDailyRecommendations, (_, context) =>
      recommendToAll(services, context, { kinds: [...recommendationKinds], audience: 'active' }),
    ),
    handle(batchRecommendJobs, (_, context) => recommendToAll(services, context, { kinds: ['jobs'], audience: 'all' })),
    handle(recommendChunk, (part) => recommendToRange(services, part)),
  ];
}
