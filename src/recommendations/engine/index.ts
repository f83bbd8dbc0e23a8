export { createIndex, type RecommendationIndex } from './create-index.js';
export { recommend } from './recommend.js';
export * from './types.js';
