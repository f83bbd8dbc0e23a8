import type { QueueRow } from '../../../types/index.js';
import { type Column, Duration, Empty, QueueBadges, Section, Table } from '../../components/index.js';
import { formatNumber } from '../../lib/format.js';

const columns: Column<QueueRow>[] = [
  {
    key: 'name',
    label: 'Queue',
    cell: ({ name, ...state }) => (
      <span class="row">
        {name}
        <QueueBadges {...state} />
      </span>
    ),
  },
  { key: 'waiting', label: 'Waiting', number: true, cell: ({ waiting }) => formatNumber(waiting) },
  { key: 'active', label: 'Running', number: true, cell: ({ active }) => formatNumber(active) },
  { key: 'delayed', label: 'Later', number: true, minor: true, cell: ({ delayed }) => formatNumber(delayed) },
  {
    key: 'oldestMs',
    label: 'Oldest',
    number: true,
    cell: ({ oldestMs }) => <Duration ms={oldestMs} />,
  },
];

/** Every queue, the fullest first. */
export function QueueList({ queues }: { queues: QueueRow[] }) {
  const fullestFirst = [...queues].sort((one, other) => other.waiting - one.waiting || one.name.localeCompare(other.name));
  return (
    <Section title="Queues" aside={<a href="queues">All queues</a>}>
      <Table
        caption="Queues"
        columns={columns}
        rows={fullestFirst}
        rowKey={({ name }) => name}
        rowHref={({ name }) => `queues/${encodeURIComponent(name)}`}
        empty={<Empty icon="queues" title="No queue is known yet" />}
      />
    </Section>
  );
}
