import type { ComponentChildren } from 'preact';
import type { ChartTone } from '../../../components/index.js';
import { exactly } from '../figure.js';

export interface Bar {
  key: string | number;
  label: ComponentChildren;
  /** Small letters below the label. */
  note?: ComponentChildren;
  value: number;
  /** A part of the value, drawn full; the rest is drawn lighter. */
  part?: number;
  /** What stands at the end. Default: the value. */
  text?: ComponentChildren;
}

/** Values of named things as bars, with their figures. */
export function Bars({ bars, tone = 'accent' }: { bars: Bar[]; tone?: ChartTone }) {
  const most = Math.max(...bars.map(({ value }) => value), 0);
  const share = (value: number) => `${most > 0 ? (value / most) * 100 : 0}%`;
  return (
    <ul class={`bars chart-${tone}`}>
      {bars.map(({ key, label, note, value, part, text }) => (
        <li key={key}>
          <span class="bar-label">
            {label}
            {note && <small>{note}</small>}
          </span>
          <span class="bar-value">{text ?? exactly(value)}</span>
          <span class="bar-track" aria-hidden="true">
            <span class={part === undefined ? 'bar' : 'bar bar-light'} style={{ width: share(value) }} />
            {part !== undefined && <span class="bar bar-part" style={{ width: share(part) }} />}
          </span>
        </li>
      ))}
    </ul>
  );
}
