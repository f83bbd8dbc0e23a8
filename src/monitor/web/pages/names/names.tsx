import { useMemo } from 'preact/hooks';
import type { TaskNameRow, TaskNamesAnswer } from '../../../types/index.js';
import {
  type Column,
  Duration,
  Empty,
  Loaded,
  Nothing,
  Page,
  sortRows,
  Table,
  TaskName,
  useWindow,
  WindowChoice,
} from '../../components/index.js';
import { formatNumber, formatShare, shortName } from '../../lib/format.js';
import { navigate, usePlace, withQuery } from '../../lib/router.js';
import { useLoad } from '../../lib/use-load.js';
import './names.css';

const runsOf = ({ succeeded, failed }: TaskNameRow) => succeeded + failed;

const columns: Column<TaskNameRow>[] = [
  {
    key: 'name',
    label: 'Task',
    sortable: true,
    cell: ({ name }) => <TaskName name={name} />,
  },
  { key: 'runs', label: 'Runs', sortable: true, number: true, cell: (row) => formatNumber(runsOf(row)) },
  { key: 'failureRate', label: 'Failed', sortable: true, number: true, cell: ({ failureRate }) => <Rate rate={failureRate} /> },
  { key: 'retried', label: 'Retried', sortable: true, number: true, minor: true, cell: ({ retried }) => formatNumber(retried) },
  {
    key: 'p50',
    label: 'Runtime p50',
    sortable: true,
    number: true,
    minor: true,
    cell: ({ runtime }) => <Duration ms={runtime.p50Ms} />,
  },
  { key: 'p95', label: 'p95', sortable: true, number: true, cell: ({ runtime }) => <Duration ms={runtime.p95Ms} /> },
  { key: 'p99', label: 'p99', sortable: true, number: true, minor: true, cell: ({ runtime }) => <Duration ms={runtime.p99Ms} /> },
  { key: 'wait', label: 'Wait p95', sortable: true, number: true, minor: true, cell: ({ wait }) => <Duration ms={wait.p95Ms} /> },
  { key: 'queue', label: 'Queue', sortable: true, minor: true, cell: ({ queue }) => queue ?? <Nothing /> },
];

const keys: Record<string, (row: TaskNameRow) => string | number | null> = {
  name: ({ name }) => shortName(name),
  runs: runsOf,
  failureRate: ({ failureRate }) => failureRate,
  retried: ({ retried }) => retried,
  p50: ({ runtime }) => runtime.p50Ms,
  p95: ({ runtime }) => runtime.p95Ms,
  p99: ({ runtime }) => runtime.p99Ms,
  wait: ({ wait }) => wait.p95Ms,
  queue: ({ queue }) => queue,
};

export function Rate({ rate }: { rate: number | null }) {
  if (rate === null) return <Nothing />;
  return <span class={rate >= 0.05 ? 'bad' : undefined}>{formatShare(rate)}</span>;
}

const firstSort = '-runs';

/** Every kind of task with its figures. */
export function Names() {
  const place = usePlace();
  const window = useWindow();
  const sort = place.query.get('sort') ?? firstSort;
  const load = useLoad<TaskNamesAnswer>(`api/task-names?window=${window}`, { every: 15 });
  const rows = useMemo(() => sortRows(load.data?.tasks ?? [], sort, (row, key) => keys[key]?.(row) ?? null), [load.data, sort]);
  return (
    <Page title="Kinds of tasks" aside={<WindowChoice />}>
      <div class="card">
        <Loaded of={load}>
          {() => (
            <Table
              caption="Kinds of tasks"
              columns={columns}
              rows={rows}
              rowKey={({ name }) => name}
              rowHref={({ name }) => `names/${encodeURIComponent(name)}`}
              sort={sort}
              onSort={(next) => navigate(withQuery(place, { sort: next }), { replace: true })}
              empty={<Empty title="No task is known" />}
            />
          )}
        </Loaded>
      </div>
    </Page>
  );
}
