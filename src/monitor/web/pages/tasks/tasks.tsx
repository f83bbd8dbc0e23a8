import type { TaskPage, TaskSort } from '../../../types/index.js';
import { Empty, Loaded, Page, Table, Time } from '../../components/index.js';
import { navigate, type Place, usePlace, withQuery } from '../../lib/router.js';
import { useLoad } from '../../lib/use-load.js';
import { ColumnChoice, columnsOf } from './columns.js';
import { Filters } from './filters.js';
import './tasks.css';

const firstSort: `-${TaskSort}` = '-enqueuedAt';

function pathOf({ query }: Place): string {
  const asked = new URLSearchParams();
  for (const name of ['query', 'sort', 'cursor']) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  return `api/tasks?${asked}`;
}

/** Every task of the history, found by a query and sorted; all of it is in the URL. */
export function Tasks() {
  const place = usePlace();
  const cursor = place.query.get('cursor') ?? undefined;
  const load = useLoad<TaskPage>(pathOf(place), { every: cursor ? undefined : 5 });
  const refused = load.error?.code === 'QUERY_INVALID' ? load.error.message : undefined;
  // A new order or question begins at its first page.
  const change = (changes: Record<string, string | undefined>) => navigate(withQuery(place, { cursor: undefined, ...changes }));
  return (
    <Page title="Tasks" aside={<ColumnChoice />}>
      <Filters refused={refused} onChange={(query) => change({ query })} />
      <div class="card">
        {refused ? (
          <Empty icon="search" title="The query could not be read">
            <p>{refused}</p>
          </Empty>
        ) : (
          <Loaded of={load}>
            {({ runs, next, searchedTo }) => (
              <>
                <Table
                  caption="Tasks"
                  columns={columnsOf(place.query.get('columns'))}
                  rows={runs}
                  rowKey={({ id }) => id}
                  rowHref={({ id }) => `tasks/${encodeURIComponent(id)}`}
                  sort={place.query.get('sort') ?? firstSort}
                  onSort={(sort) => change({ sort: sort === firstSort ? undefined : sort })}
                  empty={searchedTo ? <NoneYet /> : <NoTasks asked={place.query.has('query')} />}
                />
                {searchedTo && <SearchedTo at={searchedTo} />}
                <Pager place={place} next={next} paged={cursor !== undefined} goesOn={searchedTo !== null} />
              </>
            )}
          </Loaded>
        )}
      </div>
    </Page>
  );
}

function NoTasks({ asked }: { asked: boolean }) {
  return asked ? (
    <Empty icon="search" title="No task fits">
      <p>
        Change the query, or <a href="tasks">show all tasks</a>.
      </p>
    </Empty>
  ) : (
    <Empty title="No task has run yet">
      <p>Tasks appear here as soon as a worker has taken them.</p>
    </Empty>
  );
}

function NoneYet() {
  return <Empty icon="search" title="No task fits so far" />;
}

/** A search takes a bounded time, and says how far it got. */
function SearchedTo({ at }: { at: string }) {
  return (
    <p class="searched">
      Looked at tasks up to the one enqueued at <Time at={at} exact />.
    </p>
  );
}

interface PagerProps {
  place: Place;
  next: string | null;
  paged: boolean;
  /** Whether the next page goes on with the search. */
  goesOn: boolean;
}

function Pager({ place, next, paged, goesOn }: PagerProps) {
  if (!next && !paged) return null;
  return (
    <nav class="pager" aria-label="Pages of the table">
      {paged ? (
        <a class="button" href={withQuery(place, { cursor: undefined })}>
          First page
        </a>
      ) : (
        <span />
      )}
      {next && (
        <a class="button" href={withQuery(place, { cursor: next })}>
          {goesOn ? 'Search on' : 'Next page'}
        </a>
      )}
    </nav>
  );
}
