import { useMemo } from 'preact/hooks';
import type { QueuePoint } from '../../../types/index.js';
import { Chart, type ChartSeries } from '../../components/index.js';
import { formatDuration, formatNumber } from '../../lib/format.js';

const timesOf = (points: QueuePoint[]) => points.map(({ at }) => at);
const NoSamples = () => <p class="card-body muted">Nothing was noted in this time: a worker does so every minute.</p>;

/** How many tasks waited, ran, were for later and had failed. */
export function LevelChart({ points }: { points: QueuePoint[] }) {
  const series = useMemo<ChartSeries[]>(
    () => [
      { label: 'Waiting', tone: 'accent', values: points.map(({ waiting }) => waiting) },
      { label: 'Running', tone: 'success', values: points.map(({ active }) => active) },
      { label: 'Later', tone: 'second', values: points.map(({ delayed }) => delayed) },
      { label: 'Failed', tone: 'failure', values: points.map(({ failed }) => failed) },
    ],
    [points],
  );
  if (points.length === 0) return <NoSamples />;
  return <Chart title="Tasks over time" times={timesOf(points)} series={series} format={formatNumber} />;
}

/** For how long the task that was next had been waiting. */
export function AgeChart({ points }: { points: QueuePoint[] }) {
  const series = useMemo<ChartSeries[]>(
    () => [{ label: 'Oldest', tone: 'third', values: points.map(({ oldestMs }) => oldestMs ?? 0) }],
    [points],
  );
  if (points.length === 0) return <NoSamples />;
  return <Chart title="Age of the oldest that waits" times={timesOf(points)} series={series} format={formatDuration} />;
}
