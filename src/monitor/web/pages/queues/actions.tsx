import type { DrainBody, QueueCountAnswer, QueueRow } from '../../../types/index.js';
import { ActionButton } from '../../components/index.js';
import { post } from '../../lib/api.js';
import { countOf } from '../../lib/format.js';
import { toast } from '../../lib/toast.js';

const pathOf = (name: string) => `api/queues/${encodeURIComponent(name)}`;

type ActionOn<Q> = { queue: Q; onDone?: () => void };

/** Keeps a queue's tasks from being taken, or lets them be taken again. */
export function PauseOrResume({ queue: { name, paused }, onDone }: ActionOn<Pick<QueueRow, 'name' | 'paused'>>) {
  const then = onDone && { onDone };
  return paused ? (
    <ActionButton
      key="resume"
      label="Resume"
      icon="play"
      action={() => post<QueueRow>(`${pathOf(name)}/resume`)}
      done={`${name} goes on`}
      {...then}
    />
  ) : (
    <ActionButton
      key="pause"
      label="Pause"
      icon="pause"
      action={() => post<QueueRow>(`${pathOf(name)}/pause`)}
      done={`${name} is paused: what runs goes on, nothing more is started`}
      {...then}
    />
  );
}

/** Enqueues every failed task that is kept once more. */
export function RetryFailed({ queue: { name, failed }, onDone }: ActionOn<QueueRow>) {
  if (failed === 0) return null;
  return (
    <ActionButton
      label="Retry all failed"
      icon="retry"
      ask={{
        title: `Retry what failed in ${name}?`,
        text: `${countOf(failed, 'failed task')} will be run once more, each under its own id.`,
      }}
      action={async () => {
        const { count } = await post<QueueCountAnswer>(`${pathOf(name)}/retry-failed`);
        toast('done', `${countOf(count, 'task')} enqueued again`);
      }}
      {...(onDone && { onDone })}
    />
  );
}

/** Deletes what waits in a queue. */
export function Drain({ queue: { name, waiting }, onDone }: ActionOn<QueueRow>) {
  if (waiting === 0) return null;
  const body: DrainBody = { confirm: waiting };
  return (
    <ActionButton
      label="Drain"
      icon="cross"
      danger
      ask={{
        title: `Delete what waits in ${name}?`,
        text: (
          <>
            <b>{countOf(waiting, 'task')}</b> that {waiting === 1 ? 'waits' : 'wait'} in it will be deleted, and will never run.
            Those that run go on.
          </>
        ),
      }}
      action={async () => {
        const { count } = await post<QueueCountAnswer>(`${pathOf(name)}/drain`, body);
        toast('done', `${countOf(count, 'task')} deleted from ${name}`);
      }}
      {...(onDone && { onDone })}
    />
  );
}
