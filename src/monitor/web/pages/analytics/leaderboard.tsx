import { Empty, Loaded } from '../../components/index.js';
import { useLoad } from '../../lib/use-load.js';
import type { LeaderboardAnswer } from './answers.js';
import { exactly, Figure, type FigureColumn } from './figure.js';
import { Age, AnalyticsPage, Failure, RefreshButton } from './frame.js';
import { useRefresh } from './use-refresh.js';

type Leader = LeaderboardAnswer['items'][number];

const columnsFor = (most: number): FigureColumn<Leader>[] => [
  { label: 'Rank', value: ({ rank }) => rank, cell: ({ rank }) => <span class={`rank rank-${rank}`}>{rank}</span> },
  { label: 'Name', value: ({ name }) => name, cell: ({ name }) => <b class="together">{name}</b> },
  { label: 'User name', value: ({ username }) => username, minor: true },
  {
    label: 'Points',
    value: ({ points }) => points,
    wide: true,
    cell: ({ points }) => (
      <span class="points chart-accent">
        <span class="points-value">{exactly(points)}</span>
        <span class="points-track" aria-hidden="true">
          <span class="bar" style={{ width: `${(points / most) * 100}%` }} />
        </span>
      </span>
    ),
  },
  { label: 'Achievements', value: ({ achievements }) => achievements, minor: true },
];

/** The active users with the most points. */
export function LeaderboardPage() {
  const load = useLoad<LeaderboardAnswer>('api/analytics/leaderboard', { every: (data) => (data?.refreshing ? 3 : 60) });
  const computedAt = load.data?.computedAt;
  const refresh = useRefresh({ path: 'leaderboard/refresh', version: computedAt, reload: load.reload });
  return (
    <AnalyticsPage
      title="Leaderboard"
      lead={<Age computedAt={computedAt} stale={load.data?.refreshing} />}
      aside={<RefreshButton refresh={refresh} />}
    >
      <Failure refresh={refresh} />
      <Loaded of={load}>
        {({ items, computedAt }) =>
          computedAt ? (
            <Figure
              title={`The first ${items.length}`}
              file="leaderboard"
              rows={items}
              columns={columnsFor(Math.max(...items.map(({ points }) => points), 1))}
              note="Active users with the most points. Whoever has as many points has the same rank."
            />
          ) : (
            <div class="card">
              <Empty icon="clock" title="The leaderboard is computed for the first time">
                <p>It appears here as soon as a worker has done it.</p>
              </Empty>
            </div>
          )
        }
      </Loaded>
    </AnalyticsPage>
  );
}
