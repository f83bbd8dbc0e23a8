import type { Figures, Percentiles, Snapshot } from '../../../types/index.js';
import { Sparkline, Tile, Tiles } from '../../components/index.js';
import { countOf, formatDuration, formatNumber, formatShare } from '../../lib/format.js';

const ended = ({ succeeded, failed }: Pick<Figures, 'succeeded' | 'failed'>) => succeeded + failed;
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const duration = (ms: number | null) => (ms === null ? '–' : formatDuration(ms));

/** The figures of the moment. */
export function OverviewTiles({ snapshot: { minutes, lastMinute, lastHour, queues, workers } }: { snapshot: Snapshot }) {
  const waiting = sum(queues.map((queue) => queue.waiting));
  const online = workers.filter((worker) => worker.online).length;
  const running = sum(workers.map((worker) => (worker.online ? (worker.stats?.active ?? 0) : 0)));
  const failing = (lastHour.failureRate ?? 0) >= 0.05;
  return (
    <Tiles>
      <Tile
        label="Throughput"
        value={`${formatNumber(ended(lastMinute))} / min`}
        note={`${formatNumber(ended(lastHour))} in the last hour`}
      >
        <Sparkline values={minutes.map(ended)} />
      </Tile>
      <Tile
        label="Failure rate"
        value={lastHour.failureRate === null ? '–' : formatShare(lastHour.failureRate)}
        note={`${formatNumber(lastHour.failed)} failed, ${formatNumber(lastHour.retried)} retried in the last hour`}
        tone={failing ? 'failure' : undefined}
        href="tasks?query=state:FAILURE"
      >
        <Sparkline values={minutes.map((minute) => minute.failed)} tone="failure" />
      </Tile>
      <Tile
        label="Waiting"
        value={formatNumber(waiting)}
        note={`${countOf(running, 'task')} running, ${formatNumber(sum(queues.map(({ delayed }) => delayed)))} for later`}
        href="queues"
      />
      <Tile
        label="Workers online"
        value={formatNumber(online)}
        note={offline(workers.length - online)}
        tone={online ? undefined : 'failure'}
        href="workers"
      />
      <PercentileTile label="Runtime" percentiles={lastHour.runtime} />
      <PercentileTile label="Wait to start" percentiles={lastHour.wait} />
    </Tiles>
  );
}

const offline = (count: number) => (count === 0 ? 'all of those known' : `${formatNumber(count)} gone silent`);

function PercentileTile({ label, percentiles: { p50Ms, p95Ms, p99Ms } }: { label: string; percentiles: Percentiles }) {
  return (
    <Tile
      label={label}
      value={duration(p95Ms)}
      note={
        <>
          p95 of the last hour
          <br />
          <span class="together">p50 {duration(p50Ms)}</span> · <span class="together">p99 {duration(p99Ms)}</span>
        </>
      }
    />
  );
}
