import { useState } from 'preact/hooks';
import { countOf } from '../../../lib/format.js';
import { exactly } from '../figure.js';
import { heatLevel, heatLevels, heatRange } from './scale.js';
import { useWidth } from './use-width.js';

export interface HeatCell {
  column: number;
  row: number;
  value: number;
  /** What it is, in words. */
  name: string;
  /** What stands in it, where there is room. */
  text?: string;
}

export interface HeatProps {
  /** What it shows, in words. */
  title: string;
  /** What is counted, in the singular. */
  unit: string;
  columns: number;
  rows: string[];
  cells: HeatCell[];
  /** What stands above a column; those that have no room beside each other are left out. */
  columnLabels: { column: number; text: string }[];
  /** The most that a cell is wide, in pixels. */
  widest: number;
}

const labels = { left: 34, top: 20 };
/** The least that a cell is wide; below, the drawing is scrolled. */
const narrowest = 11;
const cellHeight = 24;
const gap = 2;

/** Counts in a grid, the darker the more. */
export function Heat(props: HeatProps) {
  const { title, unit, columns, rows, cells, widest } = props;
  const [pointed, setPointed] = useState<HeatCell>();
  const [place, width] = useWidth<HTMLElement>();
  const most = cells.reduce<HeatCell | undefined>((best, cell) => (cell.value > (best?.value ?? 0) ? cell : best), undefined);
  const said = pointed ?? most;
  const cellWidth = Math.max(narrowest, Math.min(widest, (width - labels.left) / columns));
  const busiest = most ? `Busiest: ${most.name}, ${countOf(most.value, unit)}` : `No ${unit}s`;
  return (
    <>
      <p class="heat-said" aria-hidden="true">
        {!pointed && most && 'Busiest: '}
        {said ? (
          <>
            {said.name} <b>{countOf(said.value, unit)}</b>
          </>
        ) : (
          `No ${unit}s`
        )}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard */}
      <section ref={place} class="heat-place" aria-label={title} tabIndex={0}>
        {width > 0 && (
          <svg
            width={labels.left + columns * cellWidth}
            height={labels.top + rows.length * cellHeight}
            role="img"
            aria-label={`${title}. ${busiest}.`}
          >
            <Labels {...props} cellWidth={cellWidth} />
            {cells.map((cell) => (
              <Cell
                key={`${cell.column} ${cell.row}`}
                cell={cell}
                level={heatLevel(cell.value, most?.value ?? 0)}
                isMost={cell === most}
                cellWidth={cellWidth}
                onPoint={setPointed}
              />
            ))}
          </svg>
        )}
      </section>
      {most && <Scale highest={most.value} unit={unit} />}
    </>
  );
}

function Labels({ rows, columnLabels, cellWidth }: HeatProps & { cellWidth: number }) {
  let end = Number.NEGATIVE_INFINITY;
  const shown = columnLabels.filter(({ column, text }) => {
    const start = column * cellWidth;
    if (start < end) return false;
    end = start + text.length * 7 + 8;
    return true;
  });
  return (
    <g class="heat-label">
      {rows.map((row, index) => (
        <text key={row} x={0} y={labels.top + cellHeight * (index + 0.5) + 4}>
          {row}
        </text>
      ))}
      {shown.map(({ column, text }) => (
        <text key={column} x={labels.left + column * cellWidth} y={12}>
          {text}
        </text>
      ))}
    </g>
  );
}

function Cell({
  cell,
  level,
  isMost,
  cellWidth,
  onPoint,
}: {
  cellWidth: number;
  cell: HeatCell;
  level: number;
  isMost: boolean;
  onPoint: (cell: HeatCell | undefined) => void;
}) {
  const left = labels.left + cell.column * cellWidth;
  const top = labels.top + cell.row * cellHeight;
  return (
    <g onPointerEnter={() => onPoint(cell)} onPointerLeave={() => onPoint(undefined)}>
      <rect
        class={`heat-cell heat-${level}${isMost ? ' heat-most' : ''}`}
        x={left}
        y={top}
        width={cellWidth - gap}
        height={cellHeight - gap}
        rx={3}
      />
      {cell.text && cellWidth >= 26 && (
        <text
          class={`heat-text heat-text-${level}`}
          x={left + (cellWidth - gap) / 2}
          y={top + cellHeight / 2 + 3}
          text-anchor="middle"
        >
          {cell.text}
        </text>
      )}
    </g>
  );
}

/** Which counts a colour stands for. */
function Scale({ highest, unit }: { highest: number; unit: string }) {
  const ranges = Array.from({ length: heatLevels }, (_, index) => ({ level: index + 1, range: heatRange(index + 1, highest) }));
  return (
    <ul class="heat-scale" aria-label={`${unit}s by colour`}>
      <li>
        <span class="heat-key heat-0" />0
      </li>
      {ranges.map(
        ({ level, range }) =>
          range && (
            <li key={level}>
              <span class={`heat-key heat-${level}`} />
              {range.from === range.to ? exactly(range.to) : `${exactly(range.from)}–${exactly(range.to)}`}
            </li>
          ),
      )}
    </ul>
  );
}
