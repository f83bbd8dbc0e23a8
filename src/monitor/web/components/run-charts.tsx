import { useMemo } from 'preact/hooks';
import type { MinutePoint } from '../../types/index.js';
import { formatDuration, formatNumber } from '../lib/format.js';
import { Chart, type ChartSeries } from './chart.js';

const valuesOf = <K extends keyof MinutePoint>(points: MinutePoint[], key: K) => points.map((point) => point[key]);

/** How many runs ended how in each step, as stacked bars. */
export function OutcomeChart({ points }: { points: MinutePoint[] }) {
  const series = useMemo<ChartSeries[]>(
    () => [
      { label: 'Succeeded', tone: 'success', values: valuesOf(points, 'succeeded') },
      { label: 'Failed', tone: 'failure', values: valuesOf(points, 'failed') },
      { label: 'Retried', tone: 'retry', values: valuesOf(points, 'retried') },
      { label: 'Revoked', tone: 'revoked', values: valuesOf(points, 'revoked') },
    ],
    [points],
  );
  return (
    <Chart title="Runs by how they ended" kind="bars" times={valuesOf(points, 'at')} series={series} format={formatNumber} />
  );
}

/** How long runs took in each step, and how long they waited. */
export function LatencyChart({ points }: { points: MinutePoint[] }) {
  const series = useMemo<ChartSeries[]>(
    () => [
      { label: 'Runtime p50', tone: 'accent', values: valuesOf(points, 'runtimeP50Ms') },
      { label: 'p95', tone: 'second', values: valuesOf(points, 'runtimeP95Ms') },
      { label: 'p99', tone: 'revoked', values: valuesOf(points, 'runtimeP99Ms') },
      { label: 'Wait p95', tone: 'third', values: valuesOf(points, 'waitP95Ms') },
    ],
    [points],
  );
  return <Chart title="Runtime and wait" times={valuesOf(points, 'at')} series={series} format={formatDuration} />;
}
