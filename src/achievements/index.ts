export type { Standing } from './decide.js';
export { achievementHandlers } from './handlers.js';
export { type Progress, progressOf } from './progress.js';
export { standingsOf } from './queries.js';
export { achievementDefinitions, type Rule } from './rules.js';
export { readLeaders } from './showcase.js';
