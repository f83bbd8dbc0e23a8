import { getRun } from '../../db/history/index.js';
import { coded } from '../../errors.js';
import { redact, type StoredCall, type TaskState } from '../../taskkit/index.js';
import type { JsonValue, TaskRow } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { isoOrNull, taskRow } from './rows.js';

export interface FoundTask {
  row: TaskRow;
  /** What the broker still knows. */
  state: TaskState | undefined;
  call: StoredCall | undefined;
}

/**
 * A task as the history and the broker know it. What the broker says of its state is newer; arguments, result and error are shown as the
 * history keeps them. Throws TASK_ID_UNKNOWN when neither knows it.
 */
export async function findTask({ db, broker }: Pick<MonitorContext, 'db' | 'broker'>, id: string): Promise<FoundTask> {
  const [run, state, call] = await Promise.all([getRun(db, id), broker.state(id), broker.storedCall(id)]);
  if (run) return { row: withState(taskRow(run), state), state, call };
  if (!state) throw coded('TASK_ID_UNKNOWN', { id });
  return { row: rowOfState(state, call), state, call };
}

/** A task that waits for another run, or that was revoked while it waited, is not told of by any run. */
function withState(row: TaskRow, state: TaskState | undefined): TaskRow {
  if (!state || state.status === row.status) return row;
  const isOver = (status: string) => ['SUCCESS', 'FAILURE', 'REVOKED'].includes(status);
  const isBehind = isOver(row.status) && !isOver(state.status) && state.retries <= row.retries;
  return isBehind ? row : { ...row, status: state.status, finishedAt: isoOrNull(state.finishedAt) };
}

/** What only the broker knows, as the history would keep it. */
export const shown = (value: unknown) => redact(value) as JsonValue;

/** One that was never started, or whose history is gone. */
function rowOfState(state: TaskState, call: StoredCall | undefined): TaskRow {
  const { id, name, queue, status, retries, worker, startedAt, finishedAt } = state;
  const enqueuedAt = state.enqueuedAt ?? new Date(0);
  return {
    id,
    name,
    queue,
    status,
    worker: worker ?? null,
    retries,
    args: shown(call?.args ?? {}),
    result: shown(state.result),
    error: state.error ? (shown(state.error) as unknown as TaskRow['error']) : null,
    enqueuedAt: enqueuedAt.toISOString(),
    startedAt: isoOrNull(startedAt),
    finishedAt: isoOrNull(finishedAt),
    runtimeMs: startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
    parentId: state.parentId ?? null,
    rootId: state.rootId ?? null,
    groupId: state.groupId ?? null,
    updatedAt: (finishedAt ?? startedAt ?? enqueuedAt).toISOString(),
  };
}
