export { notificationHandlers } from './handlers.js';
export { listNotifications } from './queries.js';
