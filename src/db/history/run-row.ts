import { type RunEvent, redactedJson, storableText, type TaskStatus } from '../../taskkit/index.js';
import { wordVector } from './words.js';

const states = {
  started: 'STARTED',
  succeeded: 'SUCCESS',
  retried: 'RETRY',
  failed: 'FAILURE',
  revoked: 'REVOKED',
  returned: 'PENDING',
} as const satisfies Record<RunEvent['type'], TaskStatus>;

const finalTypes: RunEvent['type'][] = ['succeeded', 'failed', 'revoked'];

/**
 * What the history keeps of a task's last run: a row of `task_history`, by its columns. Values are JSON texts and times
 * milliseconds since 1970, so that rows that wait take little memory and are written fast.
 */
export interface RunRow {
  id: string;
  name: string;
  queue: string;
  state: TaskStatus;
  args: string;
  result: string | null;
  error: string | null;
  /** What a search finds: the words of the three above, but for the error's stack. */
  words: string;
  /** The last lines that the run logged. */
  log: string | null;
  worker: string;
  retries: number;
  enqueued_at: number;
  started_at: number;
  finished_at: number | null;
  /** How long the run took, as the worker's own clock has it. */
  runtime_ms: number | null;
  parent_id: string | null;
  root_id: string | null;
  group_id: string | null;
  updated_at: number;
}

const storableId = (id: string | undefined) => (id === undefined ? null : storableText(id));

/** The row that an event leaves, and about how many characters it takes. Secrets are removed, long values cut. */
export function runRowOf(event: RunEvent): { row: RunRow; size: number } {
  const args = redactedJson(event.args) ?? '{}';
  const result = redactedJson(event.result);
  const error = redactedJson(event.error);
  const log = event.log ? JSON.stringify(event.log) : null;
  const [enqueuedAt, startedAt, at] = [event.enqueuedAt.getTime(), event.startedAt.getTime(), event.at.getTime()];
  const row: RunRow = {
    id: storableText(event.id),
    name: storableText(event.name),
    queue: storableText(event.queue),
    state: states[event.type],
    args,
    result,
    error,
    words: wordVector(`${args} ${result ?? ''} ${event.error ? redactedJson({ ...event.error, stack: '' }) : ''}`),
    log,
    worker: storableText(event.worker),
    retries: event.retries,
    enqueued_at: enqueuedAt,
    started_at: startedAt,
    finished_at: finalTypes.includes(event.type) ? at : null,
    runtime_ms: event.type === 'started' ? null : Math.max(0, at - startedAt),
    parent_id: storableId(event.parentId),
    root_id: storableId(event.rootId),
    group_id: storableId(event.groupId),
    updated_at: at,
  };
  return { row, size: args.length + row.words.length + (result?.length ?? 0) + (error?.length ?? 0) + (log?.length ?? 0) };
}

/**
 * What tells which of two rows of one task is the later one, most telling part first. Workers' clocks differ, so that times
 * decide last: a message that was enqueued again comes after, then the run with more retries, then the end of the task,
 * then the run that started later, and within one run whatever follows its start. `write.ts` says the same in SQL.
 */
function orderOf(row: RunRow): number[] {
  return [row.enqueued_at, row.retries, Number(row.finished_at !== null), row.started_at, Number(row.state !== 'STARTED')];
}

/** Whether a row is of a later time in its task's life than another row of the same task. */
export function isLater(row: RunRow, other: RunRow): boolean {
  const others = orderOf(other);
  for (const [index, part] of orderOf(row).entries()) {
    if (part !== others[index]) return part > others[index]!;
  }
  return false;
}
