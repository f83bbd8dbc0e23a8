export { buildMonitor } from './server/app.js';
