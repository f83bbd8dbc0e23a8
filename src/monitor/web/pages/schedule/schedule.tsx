import type { ScheduleAnswer, ScheduleRow, TaskStarted } from '../../../types/index.js';
import {
  ActionButton,
  Badge,
  type Column,
  Empty,
  Loaded,
  Nothing,
  Notice,
  Page,
  PausedBadge,
  StateBadge,
  Table,
  Time,
} from '../../components/index.js';
import { post } from '../../lib/api.js';
import { formatDuration, formatNumber, shortName } from '../../lib/format.js';
import { useSnapshot } from '../../lib/live.js';
import { useCanAct } from '../../lib/session.js';
import { useLoad } from '../../lib/use-load.js';
import './schedule.css';

/** What runs by the clock: when it ran last and how that ended, and when it runs next. */
export function Schedule() {
  const load = useLoad<ScheduleAnswer>('api/schedule', { every: 3 });
  const noBeat = useSnapshot()?.problems.find(({ kind }) => kind === 'no_beat');
  const canAct = useCanAct();
  const actions: Column<ScheduleRow> = {
    key: 'actions',
    label: 'Actions',
    number: true,
    cell: (entry) => <Actions entry={entry} onDone={load.reload} />,
  };
  return (
    <Page title="Schedule">
      {noBeat && (
        <Notice tone="warning">
          {noBeat.text} Start one with <code>journeyman beat</code>.
        </Notice>
      )}
      <div class="card schedule">
        <Loaded of={load}>
          {({ entries }) => (
            <Table
              caption="Schedule"
              columns={canAct ? [...columns, actions] : columns}
              rows={entries}
              rowKey={({ name }) => name}
              empty={
                <Empty icon="schedule" title="Nothing runs by the clock">
                  <p>CELERY_BEAT_SCHEDULE names a file of entries.</p>
                </Empty>
              }
            />
          )}
        </Loaded>
      </div>
    </Page>
  );
}

const columns: Column<ScheduleRow>[] = [
  {
    key: 'name',
    label: 'Entry',
    cell: ({ name, task, timing, args }) => (
      <div class="entry">
        <b>{name}</b>
        <span class="muted">
          {timing} ·{' '}
          <a href={`names/${encodeURIComponent(task)}`} title={task}>
            {shortName(task)}
          </a>
        </span>
        {hasArguments(args) && <code class="muted">{JSON.stringify(args)}</code>}
      </div>
    ),
  },
  { key: 'last', label: 'Last run', cell: LastRun },
  { key: 'next', label: 'Next run', cell: NextRun },
  { key: 'count', label: 'Runs', number: true, minor: true, cell: ({ totalRunCount }) => formatNumber(totalRunCount) },
];

const hasArguments = (args: ScheduleRow['args']) => args !== null && typeof args === 'object' && Object.keys(args).length > 0;

function LastRun({ lastRunAt, lastTask }: ScheduleRow) {
  if (!lastRunAt && !lastTask) return <Nothing />;
  return (
    <div class="entry">
      <Time at={lastRunAt} />
      {lastTask && (
        <span class="row">
          <a href={`tasks/${encodeURIComponent(lastTask.id)}`} title={lastTask.error?.message}>
            <StateBadge status={lastTask.status} />
          </a>
          {lastTask.runtimeMs !== null && <span class="muted">took {formatDuration(lastTask.runtimeMs)}</span>}
        </span>
      )}
    </div>
  );
}

function NextRun({ paused, nextRunAt, lagMs }: ScheduleRow) {
  if (paused) return <PausedBadge />;
  return (
    <div class="entry">
      <Time at={nextRunAt} />
      {lagMs !== null && (
        <Badge tone="failure" icon="warning">
          {`${formatDuration(lagMs)} late`}
        </Badge>
      )}
    </div>
  );
}

function Actions({ entry: { name, task, paused }, onDone }: { entry: ScheduleRow; onDone: () => void }) {
  const path = `api/schedule/${encodeURIComponent(name)}`;
  return (
    <div class="entry-actions">
      <ActionButton
        label="Run now"
        icon="play"
        ask={{
          title: `Run ${name} now?`,
          text: `${shortName(task)} is enqueued at once. Its next run by the clock stays as it is.`,
        }}
        action={() => post<TaskStarted>(`${path}/run`)}
        done={`${name} is enqueued`}
        onDone={onDone}
      />
      {paused ? (
        <ActionButton
          key="resume"
          label="Resume"
          icon="clock"
          action={() => post<ScheduleRow>(`${path}/resume`)}
          done={`${name} runs by the clock again`}
          onDone={onDone}
        />
      ) : (
        <ActionButton
          key="pause"
          label="Pause"
          icon="pause"
          action={() => post<ScheduleRow>(`${path}/pause`)}
          done={`${name} is paused`}
          onDone={onDone}
        />
      )}
    </div>
  );
}
