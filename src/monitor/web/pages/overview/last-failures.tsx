import type { TaskRow } from '../../../types/index.js';
import { type Column, Empty, Section, Table, Time } from '../../components/index.js';
import { shortName } from '../../lib/format.js';

const columns: Column<TaskRow>[] = [
  {
    key: 'name',
    label: 'Task',
    wide: true,
    cell: ({ name, error }) => (
      <>
        <b class="cut">{shortName(name)}</b>
        <span class="cut muted">{error?.message ?? 'It failed without a message'}</span>
      </>
    ),
  },
  { key: 'finishedAt', label: 'When', number: true, cell: ({ finishedAt }) => <Time at={finishedAt} /> },
];

/** The tasks that failed last, with why. */
export function LastFailures({ runs }: { runs: TaskRow[] }) {
  return (
    <Section title="Last failures" aside={<a href="tasks?query=state:FAILURE">All failures</a>}>
      <Table
        caption="Last failures"
        columns={columns}
        rows={runs}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `tasks/${encodeURIComponent(id)}`}
        empty={<Empty icon="check" title="No task has failed" />}
      />
    </Section>
  );
}
