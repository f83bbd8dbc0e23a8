import type { ComponentChildren } from 'preact';
import { ActionButton, Empty, Loaded, Notice, Page, Skeleton, stateWords, Tabs, Time } from '../../components/index.js';
import { useNow } from '../../lib/clock.js';
import { formatDuration } from '../../lib/format.js';
import { useCanAct } from '../../lib/session.js';
import type { PlatformFigures } from './answers.js';
import { type FiguresLoad, useFigures } from './use-figures.js';
import type { Refresh, Run } from './use-refresh.js';

const tabs = [
  { href: 'analytics', label: 'Activity' },
  { href: 'analytics/skills', label: 'Skills' },
  { href: 'analytics/jobs', label: 'Jobs' },
  { href: 'analytics/courses', label: 'Courses' },
  { href: 'analytics/mentoring', label: 'Mentoring' },
  { href: 'analytics/leaderboard', label: 'Leaderboard' },
  { href: 'analytics/reports', label: 'Daily reports' },
  { href: 'analytics/snapshots', label: 'Snapshots' },
];

/** One of the analytics pages, with the way to the others. */
export const AnalyticsPage = (props: Parameters<typeof Page>[0]) => (
  <>
    <Tabs label="Analytics" tabs={tabs} />
    <Page {...props} />
  </>
);

/** A page that shows the figures of one kind. */
export function FiguresPage<K extends keyof PlatformFigures>({
  title,
  of,
  children,
}: {
  title: string;
  of: K;
  children: (figures: PlatformFigures[K]) => ComponentChildren;
}) {
  const figures = useFigures(of);
  const { load, refresh } = figures;
  return (
    <AnalyticsPage
      title={title}
      lead={<Age computedAt={load.data?.computedAt} stale={load.data?.stale} />}
      aside={<RefreshButton refresh={refresh} />}
    >
      <Shown of={figures}>{children}</Shown>
    </AnalyticsPage>
  );
}

/** A part of a page with figures of one kind. */
export function FiguresPart<T>({
  title,
  of,
  aside,
  children,
}: {
  title: string;
  of: FiguresLoad<T>;
  aside?: ComponentChildren;
  children: (figures: T) => ComponentChildren;
}) {
  const { load, refresh } = of;
  return (
    <section class="stack part" aria-label={title}>
      <header class="part-head">
        <h2>{title}</h2>
        <div class="part-age">
          <Age computedAt={load.data?.computedAt} stale={load.data?.stale} />
        </div>
        {aside}
        <RefreshButton refresh={refresh} />
      </header>
      <Shown of={of}>{children}</Shown>
    </section>
  );
}

function Shown<T>({ of: { load, refresh }, children }: { of: FiguresLoad<T>; children: (figures: T) => ComponentChildren }) {
  return (
    <>
      <Failure refresh={refresh} />
      <Loaded of={load}>
        {(answer) =>
          answer ? (
            children(answer.figures)
          ) : (
            <div class="card">
              <Empty icon="clock" title="These figures are computed for the first time">
                <p>They appear here as soon as a worker has done it.</p>
                <Skeleton lines={3} />
              </Empty>
            </div>
          )
        }
      </Loaded>
    </>
  );
}

/** How old what is shown is. */
export function Age({ computedAt, stale = false }: { computedAt: string | null | undefined; stale?: boolean | undefined }) {
  const canAct = useCanAct();
  if (!computedAt) return null;
  return (
    <span class="muted">
      Computed <Time at={computedAt} />
      {stale && (canAct ? ', out of date: newer ones are on their way' : ', out of date')}
    </span>
  );
}

/** Has it computed anew, and tells how far that is. */
export function RefreshButton({ refresh: { ask, run }, label = 'Refresh' }: { refresh: Refresh; label?: string }) {
  return (
    <div class="refresh">
      <span role="status">{run && <Progress run={run} />}</span>
      {!run && <ActionButton label={label} icon="retry" action={ask} />}
    </div>
  );
}

function Progress({ run: { taskId, status, startedAt } }: { run: Run }) {
  return (
    <a class="progress" href={`tasks/${encodeURIComponent(taskId)}`} title="Show the task">
      <span class="progress-bar" />
      {status === null || status === 'PENDING' ? 'Waiting for a worker' : stateWords[status].label}
      {status === 'STARTED' && startedAt && <Elapsed since={startedAt} />}
    </a>
  );
}

function Elapsed({ since }: { since: string }) {
  const seconds = Math.max(0, Math.floor((useNow().getTime() - Date.parse(since)) / 1000));
  return <span aria-hidden="true"> for {formatDuration(seconds * 1000)}</span>;
}

/** That the task that should compute it failed, and why. */
export function Failure({ refresh: { failed } }: { refresh: Refresh }) {
  if (!failed) return null;
  return (
    <Notice tone="error">
      This could not be computed: {failed.error?.message ?? 'the task was revoked'}{' '}
      <a href={`tasks/${encodeURIComponent(failed.id)}`}>Show the task</a>
    </Notice>
  );
}
