import uPlot from 'uplot';
import type { ChartSeries } from './chart.js';

/** Each column plus those before it; nulls count as nothing. */
export function stack(columns: (number | null)[][]): number[][] {
  const sums: number[][] = [];
  for (const column of columns) {
    const below = sums.at(-1);
    sums.push(column.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)));
  }
  return sums;
}

interface Look {
  element: HTMLElement;
  series: ChartSeries[];
  kind: 'lines' | 'bars';
  format: (value: number) => string;
  height: number;
  onPoint: (index: number | null) => void;
}

/** What uPlot needs to draw with the colours of the stylesheet as they are now. */
export function chartOptions({ element, series, kind, format, height, onPoint }: Look): uPlot.Options {
  const styles = getComputedStyle(element);
  const colour = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour('text-muted'),
    font: `11px ${styles.fontFamily}`,
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(element.clientWidth, 100),
    height,
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: kind === 'lines' }, drag: { x: false, y: false } },
    scales: {
      ...(kind === 'bars' && { x: { range: withRoomForBars } }),
      y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 70, size: 26, values: timesOfDay },
      { ...axis, size: 58, space: 36, values: (_plot, values) => values.map(format) },
    ],
    series: [{}, ...series.map(({ label, tone }) => drawn(label, colour(`chart-${tone}`), kind, series.length === 1))],
    bands: kind === 'bars' ? series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] })) : [],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

function drawn(label: string, stroke: string, kind: 'lines' | 'bars', alone: boolean): uPlot.Series {
  if (kind === 'bars')
    return {
      label,
      stroke,
      fill: stroke,
      width: 0,
      points: { show: false },
      paths: uPlot.paths.bars!({ size: [0.7, 24], radius: 0.15 }),
    };
  const points = { show: true, size: 5, fill: stroke, filter: alonePoints };
  return { label, stroke, width: 1.75, points, ...(alone && { fill: `${stroke}1f` }) };
}

/** The points that have no neighbours, and so are part of no line. */
function alonePoints(plot: uPlot, series: number): number[] {
  const values = plot.data[series]!;
  const isThere = (index: number) => typeof values[index] === 'number';
  return [...values.keys()].filter((index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1));
}

/** Half a step more on both sides, so that the first and the last bar are whole. */
function withRoomForBars(plot: uPlot, first: number, last: number): [number, number] {
  const half = (last - first) / Math.max(plot.data[0].length - 1, 1) / 2;
  return [first - half, last + half];
}

const day = 86_400;

/** Times in the reader's zone; the date where the plot is longer than a day. */
function timesOfDay(_plot: uPlot, times: number[]): string[] {
  const long = times.length > 1 && times.at(-1)! - times[0]! > 1.5 * day;
  return times.map((time) =>
    new Date(time * 1000).toLocaleString(undefined, {
      ...(long && { month: 'short', day: 'numeric' }),
      hour: '2-digit',
      minute: '2-digit',
    }),
  );
}
