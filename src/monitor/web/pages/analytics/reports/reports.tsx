import { type Column, Time } from '../../../components/index.js';
import { countOf } from '../../../lib/format.js';
import type { ReportItem } from '../answers.js';
import { DaysPage } from '../days-page.js';
import { Changes } from './changes.js';

const shownChanges = 3;

const columns: Column<ReportItem>[] = [
  { key: 'changes', label: 'Notable', wide: true, cell: (item) => <Notable item={item} /> },
  { key: 'computedAt', label: 'Made', minor: true, cell: ({ computedAt }) => <Time at={computedAt} /> },
];

/** The daily reports, newest first, with what was notable. */
export const ReportsPage = () => (
  <DaysPage<ReportItem>
    title="Daily reports"
    lead="Each day against the day before, and against the same weekday a week before."
    path="reports"
    noun="report"
    dayOf={({ date }) => date}
    madeAt={({ computedAt }) => computedAt}
    make="Report on yesterday"
    columns={columns}
    hint="Have one made on yesterday, or give the task a time in the schedule."
  />
);

function Notable({ item: { changes } }: { item: ReportItem }) {
  const rest = changes.length - shownChanges;
  return (
    <>
      <Changes changes={changes.slice(0, shownChanges)} />
      {rest > 0 && <span class="muted">and {countOf(rest, 'more change').replace('more changes', 'more')}</span>}
    </>
  );
}
