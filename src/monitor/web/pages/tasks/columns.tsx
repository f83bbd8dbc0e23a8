import type { JsonValue, TaskRow } from '../../../types/index.js';
import { type Column, Duration, Icon, Nothing, StateBadge, TaskName, Time } from '../../components/index.js';
import { navigate, usePlace, withQuery } from '../../lib/router.js';

const columns: Column<TaskRow>[] = [
  {
    key: 'name',
    label: 'Task',
    sortable: true,
    cell: ({ name }) => <TaskName name={name} />,
  },
  { key: 'status', label: 'State', sortable: true, cell: ({ status }) => <StateBadge status={status} /> },
  { key: 'args', label: 'Arguments', minor: true, wide: true, cell: ({ args }) => <Brief value={args} /> },
  { key: 'outcome', label: 'Result or error', minor: true, wide: true, cell: (run) => <Outcome run={run} /> },
  { key: 'queue', label: 'Queue', sortable: true, minor: true, cell: ({ queue }) => queue },
  { key: 'worker', label: 'Worker', sortable: true, minor: true, cell: ({ worker }) => worker ?? <Nothing /> },
  { key: 'enqueuedAt', label: 'Enqueued', sortable: true, number: true, cell: ({ enqueuedAt }) => <Time at={enqueuedAt} /> },
  { key: 'startedAt', label: 'Started', minor: true, number: true, cell: ({ startedAt }) => <Time at={startedAt} /> },
  { key: 'finishedAt', label: 'Ended', minor: true, number: true, cell: ({ finishedAt }) => <Time at={finishedAt} /> },
  {
    key: 'updatedAt',
    label: 'Last change',
    sortable: true,
    minor: true,
    number: true,
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  },
  {
    key: 'runtimeMs',
    label: 'Runtime',
    sortable: true,
    minor: true,
    number: true,
    cell: ({ runtimeMs }) => <Duration ms={runtimeMs} />,
  },
  { key: 'retries', label: 'Retries', minor: true, number: true, cell: ({ retries }) => retries },
  { key: 'id', label: 'Id', minor: true, cell: ({ id }) => <code>{id}</code> },
];

const usual = ['name', 'status', 'args', 'outcome', 'queue', 'enqueuedAt', 'runtimeMs'];

/** The columns that the URL names, in their own order; the usual ones when it names none that is known. */
export function columnsOf(named: string | null): Column<TaskRow>[] {
  const wanted = named?.split(',') ?? usual;
  const found = columns.filter(({ key }) => wanted.includes(key));
  return found.length ? found : columns.filter(({ key }) => usual.includes(key));
}

const briefLength = 160;

/** The beginning of a value as JSON, in one line. */
function Brief({ value }: { value: JsonValue }) {
  return <code class="cut">{JSON.stringify(value)?.slice(0, briefLength)}</code>;
}

function Outcome({ run: { status, result, error } }: { run: TaskRow }) {
  if (error && status !== 'SUCCESS') return <span class="cut">{error.message.slice(0, briefLength)}</span>;
  return result === null ? <Nothing /> : <Brief value={result} />;
}

/** Chooses the columns, which are kept in the URL. */
export function ColumnChoice() {
  const place = usePlace();
  const shown = columnsOf(place.query.get('columns')).map(({ key }) => key);
  function toggle(key: string, on: boolean): void {
    const next = columns.map((column) => column.key).filter((each) => (each === key ? on : shown.includes(each)));
    const asUsual =
      next.length === 0 ||
      next.join() ===
        columnsOf(null)
          .map((column) => column.key)
          .join();
    navigate(withQuery(place, { columns: asUsual ? undefined : next.join(',') }), { replace: true });
  }
  return (
    <details class="menu">
      <summary class="button">
        <Icon name="columns" />
        Columns
      </summary>
      <fieldset class="menu-list">
        <legend class="sr-only">Columns of the table</legend>
        {columns.map(({ key, label }) => (
          <label key={key}>
            <input type="checkbox" checked={shown.includes(key)} onChange={(event) => toggle(key, event.currentTarget.checked)} />
            {label}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
