import type { JsonValue } from './common.js';

/**
 * `GET /api/audit?page=1&pageSize=50&user=ada&target=email&kind=queue&outcome=failed`: what was done here, the newest first. `user` and `target`
 * are parts of theirs, in any case; `kind` is what an action's name begins with; `outcome` is `done`, `failed` or `begun`.
 */
export interface AuditAnswer {
  items: AuditRow[];
  page: number;
  pageSize: number;
  total: number;
}

export interface AuditRow {
  id: number;
  at: string;
  /** As in SessionAnswer; `anonymous` where no login is asked for. */
  user: string;
  address: string;
  /** Such as `task.retry` or `queue.drain`. */
  action: string;
  /** The task's id, the worker's, queue's or entry's name. */
  target: string;
  details: JsonValue;
  /** `done`, the code of the error, or `begun` when the end is not known. */
  outcome: string;
}
