import type { QueueDetail, WaitingTask } from '../../../types/index.js';
import {
  type Column,
  Loaded,
  Page,
  QueueBadges,
  Section,
  Table,
  TaskName,
  Tile,
  Tiles,
  Time,
  useWindow,
  WindowChoice,
} from '../../components/index.js';
import { formatDuration, formatNumber } from '../../lib/format.js';
import { term } from '../../lib/query.js';
import { useLoad } from '../../lib/use-load.js';
import { Drain, PauseOrResume, RetryFailed } from './actions.js';
import { Links } from './links.js';
import { AgeChart, LevelChart } from './plots.js';
import './queues.css';

/** How one queue stands and stood, and what waits in it. */
export function QueuePage({ params }: { params: Record<string, string> }) {
  const name = params.name!;
  const window = useWindow('6h');
  const load = useLoad<QueueDetail>(`api/queues/${encodeURIComponent(name)}?window=${window}`, { every: 5 });
  const queue = load.data;
  const given = queue && { queue, onDone: load.reload };
  return (
    <Page
      title={name}
      lead={
        <>
          {queue && <QueueBadges paused={queue.paused} consumers={queue.consumers} />}
          <a href={`tasks?query=${encodeURIComponent(term('queue', name))}`}>Its runs</a>
        </>
      }
      aside={
        given && (
          <>
            <PauseOrResume {...given} />
            <RetryFailed {...given} />
            <Drain {...given} />
          </>
        )
      }
    >
      <Loaded of={load}>{(queue) => <Details queue={queue} />}</Loaded>
    </Page>
  );
}

function Details({ queue }: { queue: QueueDetail }) {
  return (
    <>
      <Figures queue={queue} />
      <div class="columns">
        <Section title="Tasks over time" aside={<WindowChoice fallback="6h" />}>
          <LevelChart points={queue.points} />
        </Section>
        <Section title="Age of the oldest that waits">
          <AgeChart points={queue.points} />
        </Section>
      </div>
      <div class="columns queue-tasks">
        <Section title="Next to run">
          <WaitingTable caption="Next to run" tasks={queue.next} empty="Nothing waits." />
        </Section>
        <Section title="For later">
          <WaitingTable caption="For later" tasks={queue.scheduled} empty="Nothing waits for its time." later />
        </Section>
      </div>
      <div class="columns">
        <Section title="Workers that serve it">
          <Links to="workers" names={queue.consumers} empty="No worker that is online serves it." />
        </Section>
        <Section title="Tasks that go to it">
          <Links to="names" names={queue.tasks} empty="No task that is known goes to it." />
        </Section>
      </div>
    </>
  );
}

function Figures({ queue: { waiting, active, delayed, failed, oldestMs, consumers } }: { queue: QueueDetail }) {
  return (
    <Tiles>
      <Tile label="Waiting" value={formatNumber(waiting)} />
      <Tile label="Running" value={formatNumber(active)} />
      <Tile label="For later" value={formatNumber(delayed)} />
      <Tile label="Failed and kept" value={formatNumber(failed)} tone={failed ? 'failure' : undefined} />
      <Tile label="Oldest" value={oldestMs === null ? '–' : formatDuration(oldestMs)} />
      <Tile label="Workers" value={formatNumber(consumers.length)} tone={consumers.length ? undefined : 'failure'} />
    </Tiles>
  );
}

const nameColumn: Column<WaitingTask> = { key: 'name', label: 'Task', cell: ({ name }) => <TaskName name={name} /> };
const argsColumn: Column<WaitingTask> = {
  key: 'args',
  label: 'Arguments',
  wide: true,
  minor: true,
  cell: ({ args }) => <code class="cut">{args}</code>,
};
const nextColumns: Column<WaitingTask>[] = [
  nameColumn,
  argsColumn,
  { key: 'enqueuedAt', label: 'Enqueued', number: true, cell: ({ enqueuedAt }) => <Time at={enqueuedAt} /> },
];
const laterColumns: Column<WaitingTask>[] = [
  nameColumn,
  argsColumn,
  { key: 'eta', label: 'Due', number: true, cell: ({ eta }) => <Time at={eta} /> },
];

function WaitingTable({
  caption,
  tasks,
  empty,
  later = false,
}: {
  caption: string;
  tasks: WaitingTask[];
  empty: string;
  later?: boolean;
}) {
  return (
    <Table
      caption={caption}
      columns={later ? laterColumns : nextColumns}
      rows={tasks}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `tasks/${encodeURIComponent(id)}`}
      empty={<p class="card-body muted">{empty}</p>}
    />
  );
}
