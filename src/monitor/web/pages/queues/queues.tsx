import { useMemo } from 'preact/hooks';
import type { QueueRow } from '../../../types/index.js';
import {
  type Column,
  Duration,
  Empty,
  Page,
  QueueBadges,
  Skeleton,
  sortRows,
  Table,
  Tile,
  Tiles,
} from '../../components/index.js';
import { countOf, formatDuration, formatNumber } from '../../lib/format.js';
import { useSnapshot } from '../../lib/live.js';
import { navigate, usePlace, withQuery } from '../../lib/router.js';
import { useCanAct } from '../../lib/session.js';
import { PauseOrResume } from './actions.js';

const columns: Column<QueueRow>[] = [
  {
    key: 'name',
    label: 'Queue',
    sortable: true,
    cell: ({ name, ...state }) => (
      <span class="row">
        <b>{name}</b>
        <QueueBadges {...state} />
      </span>
    ),
  },
  { key: 'waiting', label: 'Waiting', sortable: true, number: true, cell: ({ waiting }) => formatNumber(waiting) },
  { key: 'active', label: 'Running', sortable: true, number: true, minor: true, cell: ({ active }) => formatNumber(active) },
  { key: 'delayed', label: 'Later', sortable: true, number: true, minor: true, cell: ({ delayed }) => formatNumber(delayed) },
  { key: 'failed', label: 'Failed', sortable: true, number: true, minor: true, cell: ({ failed }) => formatNumber(failed) },
  { key: 'oldestMs', label: 'Oldest', sortable: true, number: true, cell: ({ oldestMs }) => <Duration ms={oldestMs} /> },
  { key: 'consumers', label: 'Workers', sortable: true, number: true, minor: true, cell: ({ consumers }) => consumers.length },
];

const actions: Column<QueueRow> = {
  key: 'actions',
  label: 'Actions',
  number: true,
  minor: true,
  cell: (queue) => <PauseOrResume queue={queue} />,
};

function keyOf(queue: QueueRow, key: string): string | number | null {
  const value = queue[key as keyof QueueRow];
  if (Array.isArray(value)) return value.length;
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** Every queue that tasks go to, or that was ever used. */
export function Queues() {
  const queues = useSnapshot()?.queues;
  return (
    <Page title="Queues">
      {queues && <Totals queues={queues} />}
      <div class="card">{queues ? <QueueTable queues={queues} /> : <Skeleton />}</div>
    </Page>
  );
}

function Totals({ queues }: { queues: QueueRow[] }) {
  const sum = (key: 'waiting' | 'active' | 'delayed' | 'failed') => queues.reduce((total, queue) => total + queue[key], 0);
  const oldest = Math.max(...queues.map(({ oldestMs }) => oldestMs ?? -1));
  const oldestQueue = queues.find(({ oldestMs }) => oldestMs === oldest);
  return (
    <Tiles>
      <Tile label="Waiting" value={formatNumber(sum('waiting'))} note={`in ${countOf(queues.length, 'queue')}`} />
      <Tile label="Running" value={formatNumber(sum('active'))} />
      <Tile label="For later" value={formatNumber(sum('delayed'))} />
      <Tile label="Failed and kept" value={formatNumber(sum('failed'))} note="can be retried" />
      <Tile
        label="Oldest"
        value={oldest < 0 ? '–' : formatDuration(oldest)}
        note={oldestQueue ? `in ${oldestQueue.name}` : 'nothing waits'}
      />
    </Tiles>
  );
}

function QueueTable({ queues }: { queues: QueueRow[] }) {
  const canAct = useCanAct();
  const place = usePlace();
  const sort = place.query.get('sort') ?? '-waiting';
  const rows = useMemo(() => sortRows(queues, sort, keyOf), [queues, sort]);
  return (
    <Table
      caption="Queues"
      columns={canAct ? [...columns, actions] : columns}
      rows={rows}
      rowKey={({ name }) => name}
      rowHref={({ name }) => `queues/${encodeURIComponent(name)}`}
      sort={sort}
      onSort={(next) => navigate(withQuery(place, { sort: next }), { replace: true })}
      empty={<Empty icon="queues" title="No queue is known yet" />}
    />
  );
}
