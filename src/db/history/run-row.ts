import { type RunEvent, storableText, type TaskStatus } from '../../taskkit/index.js';
import { redact } from './redact.js';

const states = {
  started: 'STARTED',
  succeeded: 'SUCCESS',
  retried: 'RETRY',
  failed: 'FAILURE',
  revoked: 'REVOKED',
  returned: 'PENDING',
} as const satisfies Record<RunEvent['type'], TaskStatus>;

const finalTypes: RunEvent['type'][] = ['succeeded', 'failed', 'revoked'];

/** What the history keeps of a task's last run: a row of `task_history`, by its columns. */
export interface RunRow {
  id: string;
  name: string;
  queue: string;
  state: TaskStatus;
  args: unknown;
  result: unknown;
  error: unknown;
  worker: string;
  retries: number;
  enqueued_at: Date;
  started_at: Date;
  finished_at: Date | null;
  /** How long the run took, as the worker's own clock has it. */
  runtime_ms: number | null;
  parent_id: string | null;
  root_id: string | null;
  group_id: string | null;
  updated_at: Date;
}

const storableId = (id: string | undefined) => (id === undefined ? null : storableText(id));

/** The row that an event leaves, and about how many characters it takes. Secrets are removed, long values cut. */
export function runRowOf(event: RunEvent): { row: RunRow; size: number } {
  const [args, result, error] = [redact(event.args), redact(event.result), redact(event.error)];
  const row: RunRow = {
    id: storableText(event.id),
    name: storableText(event.name),
    queue: storableText(event.queue),
    state: states[event.type],
    args: args.value,
    result: result.value,
    error: error.value,
    worker: storableText(event.worker),
    retries: event.retries,
    enqueued_at: event.enqueuedAt,
    started_at: event.startedAt,
    finished_at: finalTypes.includes(event.type) ? event.at : null,
    runtime_ms: event.type === 'started' ? null : Math.max(0, event.at.getTime() - event.startedAt.getTime()),
    parent_id: storableId(event.parentId),
    root_id: storableId(event.rootId),
    group_id: storableId(event.groupId),
    updated_at: event.at,
  };
  return { row, size: args.size + result.size + error.size };
}

/**
 * What tells which of two rows of one task is the later one, most telling part first. Workers' clocks differ, so that times
 * decide last: a message that was enqueued again comes after, then the run with more retries, then the end of the task,
 * then the run that started later, and within one run whatever follows its start. `write.ts` says the same in SQL.
 */
function orderOf(row: RunRow): number[] {
  return [
    row.enqueued_at.getTime(),
    row.retries,
    Number(row.finished_at !== null),
    row.started_at.getTime(),
    Number(row.state !== 'STARTED'),
  ];
}

/** Whether a row is of a later time in its task's life than another row of the same task. */
export function isLater(row: RunRow, other: RunRow): boolean {
  const others = orderOf(other);
  for (const [index, part] of orderOf(row).entries()) {
    if (part !== others[index]) return part > others[index]!;
  }
  return false;
}
