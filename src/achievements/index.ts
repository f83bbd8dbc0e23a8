export { achievementHandlers } from './handlers.js';
export { achievementDefinitions } from './rules.js';
