import { useState } from 'preact/hooks';
import type { RevokeAnswer, RevokeBody, RunAgainBody, TaskDetail, TaskStarted } from '../../../types/index.js';
import { ActionButton, ArgumentsDialog, Icon } from '../../components/index.js';
import { post } from '../../lib/api.js';
import { navigate } from '../../lib/router.js';
import { useCanAct } from '../../lib/session.js';
import { toast } from '../../lib/toast.js';

/** What can be done with a task in its present state. */
export function TaskActions({ task: { id, name, args, actions }, onDone }: { task: TaskDetail; onDone: () => void }) {
  const path = `api/tasks/${encodeURIComponent(id)}`;
  const revoke = async (body: RevokeBody) => {
    const { outcome } = await post<RevokeAnswer>(`${path}/revoke`, body);
    toast('done', outcomes[outcome]);
  };
  return (
    <>
      {actions.includes('retry') && (
        <ActionButton
          label="Retry"
          icon="retry"
          action={() => post<TaskStarted>(`${path}/retry`)}
          done="It is enqueued again"
          onDone={onDone}
        />
      )}
      {actions.includes('run-again') && (
        <RunAgain name={name} args={args} run={(body) => post<TaskStarted>(`${path}/run-again`, body)} />
      )}
      {actions.includes('revoke') && (
        <ActionButton
          label="Revoke"
          icon="stop"
          danger
          ask={{
            title: 'Revoke this task?',
            text: 'It is not started any more; one that runs goes on to its end, and is not retried.',
          }}
          action={() => revoke({})}
          onDone={onDone}
        />
      )}
      {actions.includes('terminate') && (
        <ActionButton
          label="Terminate"
          icon="cross"
          danger
          ask={{ title: 'Terminate this task?', text: 'Its run is ended now, wherever it is, and counts as revoked.' }}
          action={() => revoke({ terminate: true })}
          onDone={onDone}
        />
      )}
    </>
  );
}

const outcomes: Record<RevokeAnswer['outcome'], string> = {
  revoked: 'The task is revoked',
  running: 'The task runs to its end, and is not retried',
  terminated: 'The task is terminated',
  ended: 'The task had already ended',
};

function RunAgain({
  name,
  args,
  run,
}: {
  name: string;
  args: TaskDetail['args'];
  run: (body: RunAgainBody) => Promise<TaskStarted>;
}) {
  const [open, setOpen] = useState(false);
  if (!useCanAct()) return null;
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        <Icon name="edit" />
        Run again
      </button>
      {open && (
        <ArgumentsDialog
          title="Run again"
          name={name}
          args={args}
          hint="What was left out or cut here ([redacted], [sealed], …) is taken from the first call when it is left as it is."
          onClose={() => setOpen(false)}
          onRun={async (changed) => {
            const { id } = await run({ args: changed });
            toast('done', 'A new task is enqueued');
            navigate(`tasks/${encodeURIComponent(id)}`);
          }}
        />
      )}
    </>
  );
}
