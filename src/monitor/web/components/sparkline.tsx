import type { ChartTone } from './chart.js';

/** A trend as a small line without axes, beside the figure that says it in words. */
export function Sparkline({ values, tone = 'accent' }: { values: number[]; tone?: ChartTone }) {
  const width = 120;
  const height = 28;
  const top = Math.max(...values, 0);
  const points = values.map((value, index) => {
    const x = values.length > 1 ? (index / (values.length - 1)) * width : width;
    const y = height - 2 - (top > 0 ? (value / top) * (height - 4) : 0);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg class={`sparkline chart-${tone}`} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {points.length > 1 && <polygon class="sparkline-area" points={`0,${height} ${points.join(' ')} ${width},${height}`} />}
      <polyline points={points.join(' ')} />
    </svg>
  );
}
