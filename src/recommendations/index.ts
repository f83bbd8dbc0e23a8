export { recommendationHandlers } from './handlers.js';
