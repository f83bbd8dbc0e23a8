export { expireHistory } from './expire.js';
export { findRuns, getRun, type Run, type RunFilter, type RunPage } from './find.js';
export { createHistory, type History } from './record.js';
