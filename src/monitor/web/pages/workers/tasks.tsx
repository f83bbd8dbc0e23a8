import { useState } from 'preact/hooks';
import type { RateLimitBody, TaskNameDetail, TimeLimitBody, WorkerDetail } from '../../../types.js';
import { type Column, Dialog, Field, Form, Section, Table, TaskName } from '../../components/index.js';
import { formatNumber, shortName } from '../../lib/format.js';
import { useCanAct } from '../../lib/session.js';
import { useLoad } from '../../lib/use-load.js';
import { tellWorker } from './actions.js';
import './workers.css';

interface Row {
  name: string;
  started: number;
}

/** The tasks that a worker can run, the busiest first. */
export function WorkerTasks({ worker: { name, registered, processedByTask, online } }: { worker: WorkerDetail }) {
  const [limited, setLimited] = useState<string>();
  const rows = registered
    .map((task): Row => ({ name: task, started: processedByTask[task] ?? 0 }))
    .sort((one, other) => other.started - one.started || shortName(one.name).localeCompare(shortName(other.name)));
  const columns: Column<Row>[] = [
    { key: 'name', label: 'Task', wide: true, cell: (row) => <TaskName name={row.name} /> },
    { key: 'started', label: 'Started', number: true, cell: ({ started }) => formatNumber(started) },
    {
      key: 'actions',
      label: 'Actions',
      number: true,
      cell: (row) => (
        <button
          type="button"
          class="button button-small"
          aria-label={`Limits of ${shortName(row.name)}`}
          onClick={() => setLimited(row.name)}
        >
          Limits
        </button>
      ),
    },
  ];
  return (
    <Section title="Tasks it can run">
      <Table
        caption="Tasks it can run"
        columns={useCanAct() && online ? columns : columns.slice(0, 2)}
        rows={rows}
        rowKey={(row) => row.name}
        rowHref={(row) => `names/${encodeURIComponent(row.name)}`}
        empty={<p class="card-body muted">It can run none.</p>}
      />
      {limited && <Limits worker={name} task={limited} onClose={() => setLimited(undefined)} />}
    </Section>
  );
}

/** Sets how often one task may start, and how long it may take, until the worker ends. */
function Limits({ worker, task, onClose }: { worker: string; task: string; onClose: () => void }) {
  const contract = useLoad<TaskNameDetail>(`api/task-names/${encodeURIComponent(task)}?window=1h`).data?.contract;
  const [rate, setRate] = useState('');
  const [soft, setSoft] = useState('');
  const [hard, setHard] = useState('');
  const rateBody: RateLimitBody = { task, rate: rate.trim() || null };
  const timeBody: TimeLimitBody = { task, soft: Number(soft), hard: Number(hard) };
  const seconds = (limit: number | null | undefined) => (limit ? `${limit} s by its definition.` : 'None by its definition.');
  return (
    <Dialog title={`Limits of ${shortName(task)}`} onClose={onClose}>
      <p class="muted">They hold on this worker until it ends.</p>
      <Form submit="Set the rate limit" onSubmit={() => tellWorker(worker, 'rate-limit', rateBody)}>
        <Field
          label="Rate limit"
          value={rate}
          onInput={setRate}
          autofocus
          hint={`Such as 10/s, 100/m or 1000/h; empty lifts it. ${contract?.rateLimit ?? 'None'} by its definition.`}
        />
      </Form>
      <Form submit="Set the time limits" onSubmit={() => tellWorker(worker, 'time-limit', timeBody)}>
        <div class="limits">
          <Field
            label="Soft, in seconds"
            type="number"
            value={soft}
            onInput={setSoft}
            required
            hint={seconds(contract?.softTimeLimit)}
          />
          <Field
            label="Hard, in seconds"
            type="number"
            value={hard}
            onInput={setHard}
            required
            hint={seconds(contract?.timeLimit)}
          />
        </div>
      </Form>
    </Dialog>
  );
}
