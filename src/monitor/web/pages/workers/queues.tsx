import { useState } from 'preact/hooks';
import type { WorkerDetail, WorkerQueueBody } from '../../../types/index.js';
import { ActionButton, type Column, Field, FormDialog, PausedBadge, Section, Table } from '../../components/index.js';
import { useCanAct } from '../../lib/session.js';
import { tellWorker } from './actions.js';

type WorkerQueue = WorkerDetail['activeQueues'][number];

/** The queues that a worker serves. */
export function WorkerQueues({ worker, onChange }: { worker: WorkerDetail; onChange: () => void }) {
  const { name, answered, activeQueues, queues } = worker;
  // Of a worker that does not answer, no more is known than which queues it served when it was last seen.
  const rows = answered ? activeQueues : queues.map((queue) => ({ name: queue, paused: false }));
  const columns: Column<WorkerQueue>[] = [
    { key: 'name', label: 'Queue', cell: QueueName },
    {
      key: 'actions',
      label: 'Actions',
      number: true,
      cell: ({ name: queue }) => <CancelQueue worker={name} queue={queue} onDone={onChange} />,
    },
  ];
  return (
    <Section title="Queues" aside={answered && <AddQueue worker={name} onDone={onChange} />}>
      <Table
        caption="Queues of this worker"
        columns={useCanAct() && answered ? columns : columns.slice(0, 1)}
        rows={rows}
        rowKey={(queue) => queue.name}
        rowHref={(queue) => `queues/${encodeURIComponent(queue.name)}`}
        empty={<p class="card-body muted">It serves no queue.</p>}
      />
    </Section>
  );
}

function QueueName({ name, paused }: WorkerQueue) {
  return (
    <span class="row">
      {name}
      {paused && <PausedBadge />}
    </span>
  );
}

function CancelQueue({ worker, queue, onDone }: { worker: string; queue: string; onDone: () => void }) {
  const body: WorkerQueueBody = { queue };
  return (
    <ActionButton
      label="Stop serving"
      ask={{
        title: `Stop serving ${queue}?`,
        text: 'This worker takes no more tasks from it. Those that it runs go on to their end.',
      }}
      action={() => tellWorker(worker, 'cancel-queue', body)}
      onDone={onDone}
    />
  );
}

function AddQueue({ worker, onDone }: { worker: string; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  const [queue, setQueue] = useState('');
  if (!useCanAct()) return null;
  const body: WorkerQueueBody = { queue: queue.trim() };
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        Add a queue
      </button>
      {open && (
        <FormDialog
          title="Add a queue"
          submit="Add"
          onSubmit={async () => {
            await tellWorker(worker, 'add-queue', body);
            setQueue('');
            onDone();
          }}
          onClose={() => setOpen(false)}
        >
          <Field
            label="Queue"
            value={queue}
            onInput={setQueue}
            required
            autofocus
            hint="Until the worker ends, it serves this one, too."
          />
        </FormDialog>
      )}
    </>
  );
}
