import { useState } from 'preact/hooks';
import type { ChartTone } from '../../../components/index.js';
import { labelStep, ticksTo } from './scale.js';
import { useWidth } from './use-width.js';

export interface PlotSeries {
  label: string;
  tone: ChartTone;
  /** One for each label; null leaves a gap. */
  values: (number | null)[];
}

export interface PlotProps {
  /** What it shows, in words. */
  title: string;
  /** What stands below the values, in order. */
  labels: string[];
  /** A label's long form, shown with the values under the pointer. Default: the label. */
  longLabels?: string[];
  series: PlotSeries[];
  /** How the series are drawn. `columns` stand side by side. */
  kind: 'columns' | 'lines';
  /** How a value is written. */
  format: (value: number) => string;
  /** The highest value of the axis. Default: what fits the values. */
  highest?: number;
  /** In pixels. */
  height?: number;
}

const edge = { top: 10, right: 8, bottom: 24, left: 46 };

/** Values by calendar days or months, which the reader's time zone does not shift. */
export function Plot(props: PlotProps) {
  const { title, labels, longLabels = labels, series, format, height = 200 } = props;
  const [pointed, setPointed] = useState<number>();
  const [place, width] = useWidth<HTMLDivElement>();
  return (
    <div class="plot">
      <div class="chart-legend" aria-hidden="true">
        {series.map(({ label, tone, values }) => (
          <span key={label} class={`chart-key chart-${tone}`}>
            {label}
            <b>{pointed !== undefined && written(values[pointed], format)}</b>
          </span>
        ))}
        {pointed !== undefined && <span class="plot-where">{longLabels[pointed]}</span>}
      </div>
      <div ref={place} class="plot-place" style={{ height: `${height}px` }}>
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={`${title}. ${inWords(series, longLabels, format)}`}>
            <Drawing {...props} width={width} height={height} pointed={pointed} onPoint={setPointed} />
          </svg>
        )}
      </div>
    </div>
  );
}

const written = (value: number | null | undefined, format: (value: number) => string) =>
  value === null || value === undefined ? '–' : format(value);

function inWords(series: PlotSeries[], labels: string[], format: (value: number) => string): string {
  return series
    .map(({ label, values }) => {
      const highest = Math.max(...values.map((value) => value ?? Number.NEGATIVE_INFINITY));
      if (!Number.isFinite(highest)) return `${label}: none.`;
      return `${label}: at most ${format(highest)} (${labels[values.indexOf(highest)]}), last ${written(values.at(-1), format)}.`;
    })
    .join(' ');
}

interface DrawingProps extends PlotProps {
  width: number;
  height: number;
  pointed: number | undefined;
  onPoint: (index: number | undefined) => void;
}

function Drawing(props: DrawingProps) {
  const { labels, series, kind, format, highest, width, height, pointed, onPoint } = props;
  const ticks = ticksTo(highest ?? Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const room = { width: width - edge.left - edge.right, height: height - edge.top - edge.bottom };
  const step = room.width / labels.length;
  const x = (index: number) => edge.left + step * (index + 0.5);
  const y = (value: number) => edge.top + room.height * (1 - value / ticks.at(-1)!);
  const every = labelStep(labels, room.width);
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick} class="plot-tick">
          <line x1={edge.left} x2={width - edge.right} y1={y(tick)} y2={y(tick)} />
          <text x={edge.left - 8} y={y(tick) + 4} text-anchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      {pointed !== undefined && (
        <rect class="plot-pointed" x={edge.left + step * pointed} y={edge.top} width={step} height={room.height} />
      )}
      {kind === 'columns' ? <Columns {...{ series, x, y, step }} /> : <Lines {...{ series, x, y }} />}
      {labels.map(
        (label, index) =>
          (labels.length - 1 - index) % every === 0 && (
            <text
              key={label + String(index)}
              class="plot-label"
              x={Math.min(x(index), width - label.length * 3.3)}
              y={height - 7}
              text-anchor="middle"
            >
              {label}
            </text>
          ),
      )}
      {labels.map((label, index) => (
        <rect
          key={label + String(index)}
          class="plot-touch"
          x={edge.left + step * index}
          y={0}
          width={step}
          height={height}
          onPointerEnter={() => onPoint(index)}
          onPointerLeave={() => onPoint(undefined)}
        />
      ))}
    </>
  );
}

interface Marks {
  series: PlotSeries[];
  x: (index: number) => number;
  y: (value: number) => number;
}

function Columns({ series, x, y, step }: Marks & { step: number }) {
  const width = Math.min((step * 0.72) / series.length, 30);
  return (
    <>
      {series.map(({ label, tone, values }, place) => (
        <g key={label} class={`plot-columns chart-${tone}`}>
          {values.map((value, index) => {
            if (!value) return null;
            const left = x(index) + (place - series.length / 2) * width;
            return <path key={index} d={column(left, y(value), Math.max(width - (series.length > 1 ? 1 : 0), 1), y(0))} />;
          })}
        </g>
      ))}
    </>
  );
}

/** A column with round upper corners. */
function column(left: number, top: number, width: number, bottom: number): string {
  const radius = Math.min(3, width / 2, bottom - top);
  const right = left + width;
  return `M${left} ${bottom}V${top + radius}Q${left} ${top} ${left + radius} ${top}H${right - radius}Q${right} ${top} ${right} ${top + radius}V${bottom}Z`;
}

function Lines({ series, x, y }: Marks) {
  return (
    <>
      {series.map(({ label, tone, values }, place) => {
        const points = values.flatMap((value, index) => (value === null ? [] : [[x(index), y(value)] as const]));
        const line = points.map(([left, top]) => `${left.toFixed(1)},${top.toFixed(1)}`).join(' ');
        const [first, last] = [points[0], points.at(-1)];
        return (
          <g key={label} class={`plot-line plot-line-${place} chart-${tone}`}>
            {series.length === 1 && first && last && <polygon points={`${first[0]},${y(0)} ${line} ${last[0]},${y(0)}`} />}
            <polyline points={line} />
            {points.length <= 40 && points.map(([left, top]) => <circle key={left} cx={left} cy={top} r={2.5} />)}
          </g>
        );
      })}
    </>
  );
}
