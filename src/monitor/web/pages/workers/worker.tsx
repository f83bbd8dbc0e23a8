import type { ComponentChildren } from 'preact';
import type { CurrentTask, WorkerDetail } from '../../../types/index.js';
import {
  type Column,
  Facts,
  Json,
  Loaded,
  Nothing,
  Notice,
  Page,
  Section,
  Table,
  TaskName,
  Tile,
  Tiles,
  Time,
} from '../../components/index.js';
import { formatBytes, formatDuration, formatNumber } from '../../lib/format.js';
import { useLoad } from '../../lib/use-load.js';
import { PoolActions, ShutDown } from './actions.js';
import { WorkerQueues } from './queues.js';
import { WorkerStatus } from './status.js';
import { WorkerTasks } from './tasks.js';

/** What one worker does, and what can be done with it. */
export function WorkerPage({ params }: { params: Record<string, string> }) {
  const name = params.name!;
  const load = useLoad<WorkerDetail>(`api/workers/${encodeURIComponent(name)}`, { every: 5 });
  const worker = load.data;
  return (
    <Page
      title={name}
      lead={
        worker && (
          <>
            <WorkerStatus online={worker.online} />
            <span>
              process {worker.pid} on {worker.hostname}
            </span>
          </>
        )
      }
      aside={worker?.online && <ShutDown worker={name} />}
    >
      <Loaded of={load}>{(worker) => <Details worker={worker} onChange={load.reload} />}</Loaded>
    </Page>
  );
}

function Details({ worker, onChange }: { worker: WorkerDetail; onChange: () => void }) {
  return (
    <>
      {!worker.answered && (
        <Notice tone="warning">
          The worker does not answer: what it runs now, what it can run and its configuration are not known. It was last seen{' '}
          <Time at={worker.lastSeenAt} />.
        </Notice>
      )}
      <Figures worker={worker} />
      {worker.answered && <Running tasks={worker.current} />}
      <div class="columns">
        <Section title="Pool and limits" aside={worker.online && <PoolActions worker={worker.name} onDone={onChange} />}>
          <Facts items={factsOf(worker)} />
        </Section>
        <WorkerQueues worker={worker} onChange={onChange} />
      </div>
      {worker.answered && (
        <>
          <WorkerTasks worker={worker} onChange={onChange} />
          <Section title="Configuration">
            <div class="card-body">
              <Json value={worker.conf} label="Configuration" />
            </div>
          </Section>
        </>
      )}
    </>
  );
}

function Running({ tasks }: { tasks: CurrentTask[] }) {
  return (
    <Section title="Running now">
      <Table
        caption="Running now"
        columns={currentColumns}
        rows={tasks}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `tasks/${encodeURIComponent(id)}`}
        empty={<p class="card-body muted">It runs nothing at the moment.</p>}
      />
    </Section>
  );
}

function Figures({ worker: { stats } }: { worker: WorkerDetail }) {
  if (!stats) return null;
  const [one, five, fifteen] = stats.loadAverage.map((load) => load.toFixed(2));
  return (
    <Tiles>
      <Tile label="Running" value={formatNumber(stats.active)} />
      <Tile label="Processed" value={formatNumber(stats.processed)} note={`${formatNumber(stats.succeeded)} succeeded`} />
      <Tile
        label="Failed"
        value={formatNumber(stats.failed)}
        note={`${formatNumber(stats.revoked)} revoked`}
        tone={stats.failed ? 'failure' : undefined}
      />
      <Tile label="Retried" value={formatNumber(stats.retried)} />
      <Tile label="Load" value={one} note={`${five} over 5 min, ${fifteen} over 15 min`} />
      <Tile label="Memory" value={formatBytes(stats.memoryBytes)} />
    </Tiles>
  );
}

const currentColumns: Column<CurrentTask>[] = [
  { key: 'name', label: 'Task', cell: ({ name }) => <TaskName name={name} /> },
  { key: 'args', label: 'Arguments', wide: true, minor: true, cell: ({ args }) => <code class="cut">{args}</code> },
  { key: 'queue', label: 'Queue', minor: true, cell: ({ queue }) => queue },
  { key: 'retries', label: 'Retries', number: true, minor: true, cell: ({ retries }) => retries },
  { key: 'startedAt', label: 'Started', number: true, cell: ({ startedAt }) => <Time at={startedAt} /> },
];

function factsOf({ concurrency, startedAt, lastSeenAt, conf, stats }: WorkerDetail): [string, ComponentChildren][] {
  const seconds = (name: string) => {
    const value = conf[name];
    return typeof value === 'number' ? formatDuration(value * 1000) : <Nothing />;
  };
  return [
    ['Concurrency', `${concurrency} of each queue`],
    ['Time limit', seconds('CELERY_TASK_TIME_LIMIT')],
    ['To shut down', seconds('CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT')],
    ['Uptime', stats ? formatDuration(stats.uptimeSeconds * 1000) : <Nothing />],
    ['Started', <Time at={startedAt} exact />],
    ['Last seen', <Time at={lastSeenAt} />],
  ];
}
