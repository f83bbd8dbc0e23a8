import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatTime } from '../lib/format.js';
import { useStore } from '../lib/store.js';
import { theme } from '../lib/theme.js';
import { chartOptions, stack } from './chart-options.js';

/** The colours of lines and bars, defined in the stylesheet as `--chart-…`. */
export type ChartTone = 'accent' | 'second' | 'third' | 'success' | 'failure' | 'retry' | 'revoked';

export interface ChartSeries {
  label: string;
  tone: ChartTone;
  /** One for each time; null leaves a gap. */
  values: (number | null)[];
}

export interface ChartProps {
  /** What it shows, in words. */
  title: string;
  /** ISO 8601, ascending. */
  times: string[];
  series: ChartSeries[];
  /** `bars` are stacked on each other. Default: lines. */
  kind?: 'lines' | 'bars';
  /** How a value is written. */
  format: (value: number) => string;
  /** In pixels. */
  height?: number;
}

/** Figures over time: a plot, the values under the pointer, and the same as a table for those who cannot see or point. */
export function Chart(props: ChartProps) {
  const { title, times, series, format } = props;
  const [index, setIndex] = useState<number | null>(null);
  return (
    <figure class="chart">
      <figcaption class="chart-legend">
        <span class="sr-only">{title}. </span>
        {series.map(({ label, tone, values }) => (
          <span key={label} class={`chart-key chart-${tone}`}>
            {label}
            <b>{index !== null && formatValue(values[index], format)}</b>
          </span>
        ))}
        {index !== null && times[index] && <span class="chart-time">{formatTime(new Date(times[index]))}</span>}
      </figcaption>
      <Plot {...props} onPoint={setIndex} />
      <ChartTable {...props} />
    </figure>
  );
}

const formatValue = (value: number | null | undefined, format: (value: number) => string) =>
  value === null || value === undefined ? '–' : format(value);

function Plot({
  title,
  times,
  series,
  kind = 'lines',
  format,
  height = 180,
  onPoint,
}: ChartProps & { onPoint: (index: number | null) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const isDark = useStore(theme.dark);
  const data = useMemo<uPlot.AlignedData>(() => {
    const columns = series.map(({ values }) => values);
    return [times.map((time) => Date.parse(time) / 1000), ...(kind === 'bars' ? stack(columns) : columns)];
  }, [times, series, kind]);
  const shape = series.map(({ label, tone }) => `${label} ${tone}`).join();

  useEffect(() => {
    const element = place.current!;
    const options = chartOptions({ element, series, kind, format, height, onPoint });
    plot.current = new uPlot(options, data, element);
    const resize = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
    // The data comes by setData: a plot made anew would lose the pointer. Colours are read once, so each theme has its own plot.
  }, [shape, kind, height, isDark]);

  useEffect(() => plot.current?.setData(data), [data]);

  return <div ref={place} class="chart-plot" role="img" aria-label={`${title}: ${summary(series, format)}`} />;
}

function summary(series: ChartSeries[], format: (value: number) => string): string {
  return series
    .map(({ label, values }) => {
      const present = values.filter((value) => value !== null);
      return present.length
        ? `${label} now ${format(present.at(-1)!)}, at most ${format(Math.max(...present))}`
        : `${label}: none`;
    })
    .join('; ');
}

function ChartTable({ title, times, series, format }: ChartProps) {
  const [open, setOpen] = useState(false);
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard
        <section class="table-scroll chart-rows" aria-label={title} tabIndex={0}>
          <table>
            <caption class="sr-only">{title}</caption>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {series.map(({ label }) => (
                  <th key={label} scope="col" class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, row) => (
                <tr key={time}>
                  <td>{formatTime(new Date(time))}</td>
                  {series.map(({ label, values }) => (
                    <td key={label} class="number">
                      {formatValue(values[row], format)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
