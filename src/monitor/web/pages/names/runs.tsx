import type { ErrorKind, TaskRow } from '../../../types/index.js';
import { type Column, Duration, Section, StateBadge, Table, Time } from '../../components/index.js';
import { formatNumber } from '../../lib/format.js';

const errorColumns: Column<ErrorKind>[] = [
  {
    key: 'code',
    label: 'Kind',
    wide: true,
    cell: ({ code, message }) => (
      <>
        <b class="cut">{code}</b>
        <span class="cut muted" title={message}>
          {message}
        </span>
      </>
    ),
  },
  { key: 'count', label: 'Count', number: true, cell: ({ count }) => formatNumber(count) },
  { key: 'lastAt', label: 'Last', number: true, cell: ({ lastAt }) => <Time at={lastAt} /> },
];

/** Why runs failed, by kind; each leads to its last run. */
export function Errors({ errors }: { errors: ErrorKind[] }) {
  return (
    <Section title="Errors by kind">
      <Table
        caption="Errors by kind"
        columns={errorColumns}
        rows={errors}
        rowKey={({ code, lastId }) => `${code} ${lastId}`}
        rowHref={({ lastId }) => `tasks/${encodeURIComponent(lastId)}`}
        empty={<p class="card-body muted">Nothing failed in this time.</p>}
      />
    </Section>
  );
}

const slowestColumns: Column<TaskRow>[] = [
  { key: 'startedAt', label: 'Started', cell: ({ startedAt }) => <Time at={startedAt} /> },
  { key: 'status', label: 'State', cell: ({ status }) => <StateBadge status={status} /> },
  {
    key: 'args',
    label: 'Arguments',
    wide: true,
    minor: true,
    cell: ({ args }) => <code class="cut">{JSON.stringify(args)}</code>,
  },
  { key: 'runtimeMs', label: 'Runtime', number: true, cell: ({ runtimeMs }) => <Duration ms={runtimeMs} /> },
];

export function Slowest({ runs }: { runs: TaskRow[] }) {
  return (
    <Section title="Slowest runs">
      <Table
        caption="Slowest runs"
        columns={slowestColumns}
        rows={runs}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `tasks/${encodeURIComponent(id)}`}
        empty={<p class="card-body muted">Nothing ran in this time.</p>}
      />
    </Section>
  );
}
