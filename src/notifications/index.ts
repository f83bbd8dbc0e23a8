export { notificationHandlers } from './handlers.js';
