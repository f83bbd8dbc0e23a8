/**
 * What the monitor's server and its pages say to each other: every answer and every body, each with its route.
 *
 * Paths are below the URL prefix. Times are ISO 8601 texts in UTC; names that end in `Ms` are milliseconds. Errors have the one
 * shape `{ error: { code, message, fields? } }`. Every POST is an action: it is sent as `application/json`, with a body (`{}` when
 * it takes nothing) and the header `X-Requested-With: journeyman`.
 */
export type * from './audit.js';
export type * from './common.js';
export type * from './figures.js';
export type * from './mail.js';
export type * from './names.js';
export type * from './overview.js';
export type * from './queues.js';
export type * from './schedule.js';
export type * from './session.js';
export type * from './tasks.js';
export type * from './workers.js';
