export { figureHandlers } from './handlers.js';
export { reportHandlers } from './report/handlers.js';
export { findReport } from './report/store.js';
export type { DailyReport, ReportFigure } from './report/types.js';
export { snapshotHandlers } from './snapshot/handlers.js';
export { refreshFigures } from './snapshot/refresh.js';
export { writeSnapshot } from './snapshot/write.js';
