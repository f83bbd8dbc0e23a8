import { type Column, Empty, Loaded, Pager, Table, usePageNumber } from '../../components/index.js';
import { useLoad } from '../../lib/use-load.js';
import type { PageOf } from './answers.js';
import { longDate } from './dates.js';
import { AnalyticsPage, Failure, RefreshButton } from './frame.js';
import { useRefresh } from './use-refresh.js';

export interface DaysPageProps<T> {
  title: string;
  lead: string;
  /** Of the list below `api/analytics`, and of the pages of its items below `analytics`. */
  path: string;
  /** What is listed, such as `report`. */
  noun: string;
  /** The day of an item, as it stands in URLs. */
  dayOf: (item: T) => string;
  madeAt: (item: T) => string;
  /** What the button that has one made is called. */
  make: string;
  /** Beside the day. */
  columns: Column<T>[];
  /** What to do when there is none. */
  hint: string;
}

/** A list of what was made day by day, the newest first. */
export function DaysPage<T>({ title, lead, path, noun, dayOf, madeAt, make, columns, hint }: DaysPageProps<T>) {
  const load = useLoad<PageOf<T>>(`api/analytics/${path}?page=${usePageNumber()}`, { every: 60 });
  const newest = load.data?.items[0];
  const refresh = useRefresh({ path: `${path}/refresh`, version: newest ? madeAt(newest) : null, reload: load.reload });
  const day: Column<T> = { key: 'day', label: 'Day', cell: (item) => <b class="together">{longDate(dayOf(item))}</b> };
  return (
    <AnalyticsPage title={title} lead={lead} aside={<RefreshButton refresh={refresh} label={make} />}>
      <Failure refresh={refresh} />
      <div class="card">
        <Loaded of={load}>
          {(list) => (
            <>
              <Table
                caption={title}
                columns={[day, ...columns]}
                rows={list.items}
                rowKey={dayOf}
                rowHref={(item) => `analytics/${path}/${dayOf(item)}`}
                empty={
                  <Empty icon="analytics" title={`No ${noun} yet`}>
                    <p>{hint}</p>
                  </Empty>
                }
              />
              <Pager {...list} noun={noun} />
            </>
          )}
        </Loaded>
      </div>
    </AnalyticsPage>
  );
}
