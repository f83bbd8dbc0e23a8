import { useMemo } from 'preact/hooks';
import type { WorkerRow, WorkerStats } from '../../../types.js';
import { type Column, Duration, Empty, Nothing, Page, Skeleton, sortRows, Table, Tile, Tiles } from '../../components/index.js';
import { formatBytes, formatNumber } from '../../lib/format.js';
import { useSnapshot } from '../../lib/live.js';
import { navigate, usePlace, withQuery } from '../../lib/router.js';
import { WorkerStatus } from './status.js';

/** A column of what a worker says of itself; a dash before its first sign of life. */
const stat = (
  key: string,
  label: string,
  read: (stats: WorkerStats) => number,
  show: (value: number) => string = formatNumber,
): Column<WorkerRow> => ({
  key,
  label,
  sortable: true,
  number: true,
  minor: key !== 'active' && key !== 'processed',
  cell: ({ stats }) => (stats ? show(read(stats)) : <Nothing />),
});

const stats: Record<string, (stats: WorkerStats) => number> = {
  active: ({ active }) => active,
  processed: ({ processed }) => processed,
  failed: ({ failed }) => failed,
  retried: ({ retried }) => retried,
  load: ({ loadAverage }) => loadAverage[0],
  memory: ({ memoryBytes }) => memoryBytes,
  uptime: ({ uptimeSeconds }) => uptimeSeconds,
};

const columns: Column<WorkerRow>[] = [
  { key: 'name', label: 'Worker', sortable: true, cell: ({ name }) => <b class="name">{name}</b> },
  { key: 'status', label: 'Status', sortable: true, cell: WorkerStatus },
  stat('active', 'Running', stats.active!),
  stat('processed', 'Processed', stats.processed!),
  stat('failed', 'Failed', stats.failed!),
  stat('retried', 'Retried', stats.retried!),
  stat('load', 'Load', stats.load!, (load) => load.toFixed(2)),
  stat('memory', 'Memory', stats.memory!, formatBytes),
  {
    key: 'uptime',
    label: 'Uptime',
    sortable: true,
    number: true,
    minor: true,
    cell: ({ stats }) => <Duration ms={stats && stats.uptimeSeconds * 1000} />,
  },
  { key: 'queues', label: 'Queues', minor: true, cell: ({ queues }) => queues.join(', ') },
];

function keyOf(worker: WorkerRow, key: string): string | number | null {
  if (key === 'name') return worker.name;
  if (key === 'status') return worker.online ? 1 : 0;
  return worker.stats && (stats[key]?.(worker.stats) ?? null);
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
  const sum = (read: (stats: WorkerStats) => number) =>
    formatNumber(online.reduce((total, worker) => total + (worker.stats ? read(worker.stats) : 0), 0));
  return (
    <Tiles>
      <Tile
        label="Online"
        value={formatNumber(online.length)}
        note={silent === 0 ? 'all of those known' : `${formatNumber(silent)} gone silent`}
        tone={silent || !online.length ? 'failure' : undefined}
      />
      <Tile label="Running" value={sum(stats.active!)} />
      <Tile label="Processed" value={sum(stats.processed!)} note="since they started" />
      <Tile label="Failed" value={sum(stats.failed!)} note={`${sum(stats.retried!)} retried`} />
      <Tile label="Memory" value={formatBytes(online.reduce((total, { stats }) => total + (stats?.memoryBytes ?? 0), 0))} />
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
