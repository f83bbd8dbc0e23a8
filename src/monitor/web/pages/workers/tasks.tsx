import { useState } from 'preact/hooks';
import type { RateLimitBody, TaskNameDetail, TimeLimitBody, WorkerDetail } from '../../../types/index.js';
import { type Column, Dialog, Field, Form, Section, Table, TaskName } from '../../components/index.js';
import { formatNumber, shortName } from '../../lib/format.js';
import { useCanAct } from '../../lib/session.js';
import { useLoad } from '../../lib/use-load.js';
import { tellWorker } from './actions.js';
import './workers.css';

interface Row {
  name: string;
  started: number;
  changed: Changed;
}

/** What was changed of a task's limits while the worker runs; undefined where nothing was. */
interface Changed {
  rate: string | null | undefined;
  time: { soft: number; hard: number } | undefined;
}

/** The tasks that a worker can run, the busiest first. */
export function WorkerTasks({ worker, onChange }: { worker: WorkerDetail; onChange: () => void }) {
  const { name, registered, processedByTask, changedLimits, online } = worker;
  const [limited, setLimited] = useState<Row>();
  const rows = registered
    .map((task): Row => {
      const changed = { rate: changedLimits.rates[task], time: changedLimits.times[task] };
      return { name: task, started: processedByTask[task] ?? 0, changed };
    })
    .sort((one, other) => other.started - one.started || shortName(one.name).localeCompare(shortName(other.name)));
  const anyChanged = rows.some(({ changed }) => limitsText(changed) !== '');
  const canAct = useCanAct() && online;
  const columns: Column<Row>[] = [
    { key: 'name', label: 'Task', wide: true, cell: (row) => <TaskName name={row.name} /> },
    { key: 'started', label: 'Started', number: true, cell: ({ started }) => formatNumber(started) },
  ];
  if (anyChanged) columns.push({ key: 'limits', label: 'Changed limits', cell: ({ changed }) => limitsText(changed) });
  if (canAct)
    columns.push({
      key: 'actions',
      label: 'Actions',
      number: true,
      cell: (row) => (
        <button
          type="button"
          class="button button-small"
          aria-label={`Limits of ${shortName(row.name)}`}
          onClick={() => setLimited(row)}
        >
          Limits
        </button>
      ),
    });
  return (
    <Section title="Tasks it can run">
      <Table
        caption="Tasks it can run"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.name}
        rowHref={(row) => `names/${encodeURIComponent(row.name)}`}
        empty={<p class="card-body muted">It can run none.</p>}
      />
      {limited && (
        <Limits
          worker={name}
          task={limited.name}
          changed={limited.changed}
          onChange={onChange}
          onClose={() => setLimited(undefined)}
        />
      )}
    </Section>
  );
}

function limitsText({ rate, time }: Changed): string {
  const parts = [];
  if (rate !== undefined) parts.push(rate === null ? 'no rate limit' : `rate ${rate}`);
  if (time) parts.push(`${time.soft} s soft, ${time.hard} s hard`);
  return parts.join('; ');
}

interface LimitsProps {
  worker: string;
  task: string;
  changed: Changed;
  onChange: () => void;
  onClose: () => void;
}

/** Sets how often one task may start, and how long it may take, until the worker ends. */
function Limits({ worker, task, changed, onChange, onClose }: LimitsProps) {
  const contract = useLoad<TaskNameDetail>(`api/task-names/${encodeURIComponent(task)}?window=1h`).data?.contract;
  const [rate, setRate] = useState(changed.rate ?? '');
  const [soft, setSoft] = useState(String(changed.time?.soft ?? ''));
  const [hard, setHard] = useState(String(changed.time?.hard ?? ''));
  const tell = (action: string, body: object) => tellWorker(worker, action, body).then(onChange);
  const rateBody: RateLimitBody = { task, rate: rate.trim() || null };
  const timeBody: TimeLimitBody = { task, soft: Number(soft), hard: Number(hard) };
  const seconds = (limit: number | null | undefined) => (limit ? `${limit} s by its definition.` : 'None by its definition.');
  return (
    <Dialog title={`Limits of ${shortName(task)}`} onClose={onClose}>
      <p class="muted">They hold on this worker until it ends.</p>
      <Form submit="Set the rate limit" onSubmit={() => tell('rate-limit', rateBody)}>
        <Field
          label="Rate limit"
          value={rate}
          onInput={setRate}
          autofocus
          hint={`Such as 10/s, 100/m or 1000/h; empty lifts it. ${contract?.rateLimit ?? 'None'} by its definition.`}
        />
      </Form>
      <Form submit="Set the time limits" onSubmit={() => tell('time-limit', timeBody)}>
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
