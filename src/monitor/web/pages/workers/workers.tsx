import { useMemo } from 'preact/hooks';
import type { WorkerRow, WorkerStats } from '../../../types/index.js';
import { type Column, Empty, Nothing, Page, Skeleton, sortRows, Table, Tile, Tiles } from '../../components/index.js';
import { formatBytes, formatDuration, formatNumber } from '../../lib/format.js';
import { useSnapshot } from '../../lib/live.js';
import { navigate, usePlace, withQuery } from '../../lib/router.js';
import { WorkerStatus } from './status.js';
import './workers.css';

type Figure = Exclude<keyof WorkerStats, 'loadAverage'> | 'load';

const figureOf = (stats: WorkerStats, figure: Figure): number => (figure === 'load' ? stats.loadAverage[0] : stats[figure]);

/** A column of what a worker says of itself; a dash before its first sign of life. */
const column = (figure: Figure, label: string, show: (value: number) => string = formatNumber): Column<WorkerRow> => ({
  key: figure,
  label,
  sortable: true,
  number: true,
  minor: figure !== 'active',
  cell: ({ stats }) => (stats ? show(figureOf(stats, figure)) : <Nothing />),
});

const columns: Column<WorkerRow>[] = [
  {
    key: 'name',
    label: 'Worker',
    sortable: true,
    wide: true,
    cell: ({ name, online, queues }) => (
      <>
        <span class="row">
          <b class="worker-name">{name}</b>
          <WorkerStatus online={online} />
        </span>
        <span class="worker-queues">{queues.join(', ') || 'no queue'}</span>
      </>
    ),
  },
  column('active', 'Running'),
  column('processed', 'Processed'),
  column('failed', 'Failed'),
  column('retried', 'Retried'),
  column('load', 'Load', (load) => load.toFixed(2)),
  column('memoryBytes', 'Memory', formatBytes),
  column('uptimeSeconds', 'Uptime', (seconds) => formatDuration(seconds * 1000)),
];

function keyOf(worker: WorkerRow, key: string): string | number | null {
  if (key === 'name') return worker.name;
  return worker.stats && figureOf(worker.stats, key as Figure);
}

/** Every worker that has not said goodbye. */
export function Workers() {
  const workers = useSnapshot()?.workers;
  return (
    <Page title="Workers">
      {workers && workers.length > 0 && <Totals workers={workers} />}
      <div class="card">{workers ? <WorkerTable workers={workers} /> : <Skeleton />}</div>
    </Page>
  );
}

function Totals({ workers }: { workers: WorkerRow[] }) {
  const online = workers.filter((worker) => worker.online);
  const silent = workers.length - online.length;
  const sum = (figure: Figure) => online.reduce((total, { stats }) => total + (stats ? figureOf(stats, figure) : 0), 0);
  return (
    <Tiles>
      <Tile
        label="Online"
        value={formatNumber(online.length)}
        note={silent === 0 ? 'all of those known' : `${formatNumber(silent)} gone silent`}
        tone={silent || !online.length ? 'failure' : undefined}
      />
      <Tile label="Running" value={formatNumber(sum('active'))} />
      <Tile label="Processed" value={formatNumber(sum('processed'))} note="since they started" />
      <Tile label="Failed" value={formatNumber(sum('failed'))} note={`${formatNumber(sum('retried'))} retried`} />
      <Tile label="Memory" value={formatBytes(sum('memoryBytes'))} />
    </Tiles>
  );
}

function WorkerTable({ workers }: { workers: WorkerRow[] }) {
  const place = usePlace();
  const sort = place.query.get('sort') ?? 'name';
  const rows = useMemo(() => sortRows(workers, sort, keyOf), [workers, sort]);
  return (
    <Table
      caption="Workers"
      columns={columns}
      rows={rows}
      rowKey={({ name }) => name}
      rowHref={({ name }) => `workers/${encodeURIComponent(name)}`}
      sort={sort}
      onSort={(next) => navigate(withQuery(place, { sort: next }), { replace: true })}
      empty={
        <Empty icon="workers" title="No worker is there">
          <p>
            Start one with <code>journeyman worker</code>.
          </p>
        </Empty>
      }
    />
  );
}
