import { createConnectionRecommender } from './connections.js';
import { createCourseRecommender } from './courses.js';
import { createJobRecommender, type JobRecommender } from './jobs.js';
import { createMentorRecommender } from './mentors.js';
import { createPlaces, type Places } from './places.js';
import type { Recommender } from './recommender.js';
import { createSkillRecommender } from './skills.js';
import type { Kind, Snapshot } from './types.js';

/** What recommendations are made from: one for all users of a process. It is not for two threads at once. */
export interface RecommendationIndex {
  skillIds: Float64Array;
  places: Places;
  recommenders: Record<Kind, Recommender> & { jobs: JobRecommender };
}

/** Makes the index of a snapshot, whose columns it keeps; they must not change any more. */
export function createIndex(snapshot: Snapshot): RecommendationIndex {
  const places = createPlaces();
  return {
    skillIds: snapshot.skills.ids,
    places,
    recommenders: {
      jobs: createJobRecommender(snapshot, places),
      courses: createCourseRecommender(snapshot),
      mentors: createMentorRecommender(snapshot),
      skills: createSkillRecommender(snapshot),
      connections: createConnectionRecommender(snapshot, places),
    },
  };
}
