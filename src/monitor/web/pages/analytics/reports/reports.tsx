import { Empty, Loaded, Table, Time } from '../../../components/index.js';
import { countOf } from '../../../lib/format.js';
import { useLoad } from '../../../lib/use-load.js';
import type { PageOf, ReportItem } from '../answers.js';
import { longDate } from '../dates.js';
import { AnalyticsPage, Failure, RefreshButton } from '../frame.js';
import { Pager, usePageNumber } from '../pager.js';
import { useRefresh } from '../use-refresh.js';
import { Changes } from './changes.js';

const shownChanges = 3;

/** The daily reports, newest first, with what was notable. */
export function ReportsPage() {
  const load = useLoad<PageOf<ReportItem>>(`api/analytics/reports?page=${usePageNumber()}`, { every: 60 });
  const refresh = useRefresh({
    path: 'reports/refresh',
    version: load.data?.items[0]?.computedAt ?? null,
    reload: load.reload,
  });
  return (
    <AnalyticsPage
      title="Daily reports"
      lead="Each day against the day before, and against the same weekday a week before."
      aside={<RefreshButton refresh={refresh} label="Report on yesterday" />}
    >
      <Failure refresh={refresh} />
      <div class="card">
        <Loaded of={load}>
          {(list) => (
            <>
              <Table
                caption="Daily reports"
                columns={[
                  { key: 'date', label: 'Day', cell: ({ date }) => <b class="together">{longDate(date)}</b> },
                  { key: 'changes', label: 'Notable', wide: true, cell: (item) => <Notable item={item} /> },
                  { key: 'computedAt', label: 'Made', minor: true, cell: ({ computedAt }) => <Time at={computedAt} /> },
                ]}
                rows={list.items}
                rowKey={({ date }) => date}
                rowHref={({ date }) => `analytics/reports/${date}`}
                empty={
                  <Empty icon="analytics" title="No report yet">
                    <p>Have one made on yesterday, or give the task a time in the schedule.</p>
                  </Empty>
                }
              />
              <Pager list={list} />
            </>
          )}
        </Loaded>
      </div>
    </AnalyticsPage>
  );
}

function Notable({ item: { changes } }: { item: ReportItem }) {
  const rest = changes.length - shownChanges;
  return (
    <>
      <Changes changes={changes.slice(0, shownChanges)} />
      {rest > 0 && <span class="muted">and {countOf(rest, 'more change').replace('more changes', 'more')}</span>}
    </>
  );
}
