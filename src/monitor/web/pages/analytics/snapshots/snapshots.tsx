import { Empty, Loaded, Table, Time } from '../../../components/index.js';
import { formatBytes } from '../../../lib/format.js';
import { useLoad } from '../../../lib/use-load.js';
import type { Manifest, PageOf } from '../answers.js';
import { longDate } from '../dates.js';
import { AnalyticsPage, Failure, RefreshButton } from '../frame.js';
import { Pager, usePageNumber } from '../pager.js';
import { useRefresh } from '../use-refresh.js';

export const bytesOf = ({ files }: Manifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** The exported snapshots, newest first. */
export function SnapshotsPage() {
  const load = useLoad<PageOf<Manifest>>(`api/analytics/snapshots?page=${usePageNumber()}`, { every: 60 });
  const refresh = useRefresh({
    path: 'snapshots/refresh',
    version: load.data?.items[0]?.exportedAt ?? null,
    reload: load.reload,
  });
  return (
    <AnalyticsPage
      title="Snapshots"
      lead="All figures of a day as JSON and CSV files, compressed, each with its checksum."
      aside={<RefreshButton refresh={refresh} label="Export today’s" />}
    >
      <Failure refresh={refresh} />
      <div class="card">
        <Loaded of={load}>
          {(list) => (
            <>
              <Table
                caption="Snapshots"
                columns={[
                  { key: 'name', label: 'Day', cell: ({ name }) => <b class="together">{longDate(name)}</b> },
                  { key: 'files', label: 'Files', number: true, cell: ({ files }) => files.length },
                  { key: 'bytes', label: 'Size', number: true, cell: (manifest) => formatBytes(bytesOf(manifest)) },
                  { key: 'exportedAt', label: 'Exported', number: true, cell: ({ exportedAt }) => <Time at={exportedAt} /> },
                ]}
                rows={list.items}
                rowKey={({ name }) => name}
                rowHref={({ name }) => `analytics/snapshots/${name}`}
                empty={
                  <Empty icon="analytics" title="No snapshot yet">
                    <p>Have one exported, or give the task a time in the schedule.</p>
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
