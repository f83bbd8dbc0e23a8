export { createEngine } from './create-engine.js';
export { recommendationHandlers } from './handlers.js';
