import { readAttempts, readRunLog, searchRuns } from '../../db/history/index.js';
import { registeredTasks } from '../../taskkit/index.js';
import type { TaskAction, TaskDetail } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { callAsCode, contractOf } from './contract.js';
import { type FoundTask, findTask, shown } from './find-task.js';
import { taskRow } from './rows.js';
import { timelineOf } from './timeline.js';

/** A task in full. Throws TASK_ID_UNKNOWN. */
export async function taskDetail(context: MonitorContext, id: string): Promise<TaskDetail> {
  const found = await findTask(context, id);
  const { row, state, call } = found;
  const contract = contractOf(context, row.name);
  const [log, attempts, { runs }] = await Promise.all([
    readRunLog(context.db, id),
    readAttempts(context.db, id),
    searchRuns(context.db, {
      conditions: [{ field: 'name', negated: false, patterns: [row.name] }],
      limit: 11,
    }),
  ]);
  return {
    ...row,
    inBroker: call !== undefined,
    progress: shown(state?.progress),
    timeline: timelineOf(row, attempts),
    logs: log.map((line) => ({ ...line, at: new Date(line.at).toISOString() })),
    sameTask: runs
      .filter((run) => run.id !== id)
      .slice(0, 10)
      .map(taskRow),
    actions: context.settings.monitorReadOnly ? [] : actionsOf(found),
    contract,
    code: contract && callAsCode({ taskName: row.name }, row.args),
  };
}

function actionsOf({ row, call }: FoundTask): TaskAction[] {
  const actions: TaskAction[] = [];
  if (call && (row.status === 'FAILURE' || row.status === 'REVOKED')) actions.push('retry');
  if (registeredTasks().has(row.name)) actions.push('run-again');
  if (call && ['PENDING', 'RETRY', 'STARTED'].includes(row.status)) actions.push('revoke');
  if (call && row.status === 'STARTED') actions.push('terminate');
  return actions;
}
