import { useEffect, useState } from 'preact/hooks';
import type { TaskDetail, TaskStatus } from '../../../types/index.js';
import { post } from '../../lib/api.js';
import { useLoad } from '../../lib/use-load.js';
import type { Asked } from './answers.js';

/** A task that computes figures, as far as it is known. */
export interface Run {
  taskId: string;
  /** Null while it is on its way to the queue. */
  status: TaskStatus | null;
  startedAt: string | null;
}

export interface Refresh {
  /** Has what is shown computed anew. Throws `ApiError`. */
  ask: () => Promise<void>;
  /** The task that does it; undefined when none does. */
  run: Run | undefined;
  /** The last one, when it failed. */
  failed: Pick<TaskDetail, 'id' | 'error'> | undefined;
}

const endings: readonly TaskStatus[] = ['SUCCESS', 'FAILURE', 'REVOKED'];
const hasEnded = (task: TaskDetail | undefined) => task !== undefined && endings.includes(task.status);

/**
 * Has what a page shows computed anew, and follows the task that does it to its end.
 *
 * @param path Where it is asked for, below `api/analytics`.
 * @param version When what is shown was computed. A task that finds another one of its kind at work becomes that one, and nothing is
 *   known of it any more: that the version is a new one then tells that it is done.
 * @param reload Called after the end.
 * @param already The task that was asked for without a word from the reader.
 */
export function useRefresh({
  path,
  version,
  reload,
  already,
}: {
  path: string;
  version: string | null | undefined;
  reload: () => void;
  already?: string | undefined;
}): Refresh {
  const [asked, setAsked] = useState<{ taskId: string; version: string | null | undefined }>();
  const [failed, setFailed] = useState<TaskDetail>();
  const taskId = asked?.taskId ?? already;
  const task = useLoad<TaskDetail>(taskId && `api/tasks/${encodeURIComponent(taskId)}`, {
    every: (detail) => (taskId === undefined || hasEnded(detail) ? 0 : 1),
  }).data;

  useEffect(() => {
    if (!task || !hasEnded(task)) return;
    setFailed(task.status === 'SUCCESS' ? undefined : task);
    setAsked(undefined);
    reload();
  }, [task, reload]);

  useEffect(() => {
    if (asked && asked.version !== version) setAsked(undefined);
  }, [asked, version]);

  // Of a task of which nothing is known, only the figures tell that it has ended.
  const isUnknown = taskId !== undefined && !task;
  useEffect(() => {
    if (!isUnknown) return;
    const timer = setInterval(reload, 3000);
    return () => clearInterval(timer);
  }, [isUnknown, reload]);

  return {
    async ask() {
      setFailed(undefined);
      const { taskId } = await post<Asked>(`api/analytics/${path}`);
      setAsked({ taskId, version });
    },
    run: taskId === undefined || hasEnded(task) ? undefined : runOf(taskId, task),
    failed,
  };
}

const runOf = (taskId: string, task: TaskDetail | undefined): Run => ({
  taskId,
  status: task?.status ?? null,
  startedAt: task?.startedAt ?? null,
});
