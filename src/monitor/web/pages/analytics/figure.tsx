import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon, Nothing, Section, Table } from '../../components/index.js';
import { download, toCsv } from './csv.js';

/** A column of a figure's table and of its CSV file. */
export interface FigureColumn<T> {
  label: string;
  /** What the CSV file holds. */
  value: (row: T) => string | number | null;
  /** How a number is written in the table. Default: with all its digits. */
  format?: (value: number) => string;
  /** What stands in the table in place of the value. */
  cell?: (row: T) => ComponentChildren;
  /** Whether cells of its own stand at the right. */
  number?: boolean;
  /** Takes the room that is left. */
  wide?: boolean;
  /** Left out on phones. */
  minor?: boolean;
}

export interface FigureProps<T> {
  title: string;
  /** The CSV file's name, without its ending. */
  file: string;
  rows: T[];
  columns: FigureColumn<T>[];
  /** Where a row of the table leads. */
  rowHref?: (row: T) => string;
  /** A sentence on what the figure means. */
  note?: ComponentChildren;
  /** Choices beside the title. */
  aside?: ComponentChildren;
  /** As wide as the page. */
  wide?: boolean;
  /** The chart. Without one the table is what is shown. */
  children?: ComponentChildren;
}

/** A figure: a chart with the same as a table, or a table alone; and as a CSV file. */
export function Figure<T>(props: FigureProps<T>) {
  const { title, file, rows, columns, note, aside, wide = false, children } = props;
  const save = () =>
    download(
      `${file}.csv`,
      toCsv(
        columns.map(({ label }) => label),
        rows.map((row) => columns.map(({ value }) => value(row))),
      ),
    );
  const tools = (
    <div class="figure-tools">
      {aside}
      <button type="button" class="button button-small" disabled={rows.length === 0} onClick={save}>
        <Icon name="download" size={14} />
        CSV<span class="sr-only">: {title}</span>
      </button>
    </div>
  );
  return (
    <div class={wide ? 'figure figure-wide' : 'figure'}>
      <Section title={title} aside={tools}>
        {note && <p class="figure-note">{note}</p>}
        {rows.length > 0 && children ? (
          <>
            <div class="figure-body">{children}</div>
            <FoldedTable {...props} />
          </>
        ) : (
          <FigureTable {...props} />
        )}
      </Section>
    </div>
  );
}

function FoldedTable<T>(props: FigureProps<T>) {
  const [open, setOpen] = useState(false);
  return (
    <details class="chart-table figure-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {open && (
        <div class="figure-rows">
          <FigureTable {...props} />
        </div>
      )}
    </details>
  );
}

/** A row with its place, by which it is known in a table. */
interface Numbered<T> {
  row: T;
  index: number;
}

function FigureTable<T>({ title, rows, columns, rowHref }: FigureProps<T>) {
  const numbered = rows.map((row, index) => ({ row, index }));
  return (
    <Table
      caption={title}
      columns={columns.map(({ label, cell, value, format, number = !cell, wide, minor }) => ({
        key: label,
        label,
        number: number && rows.some((row) => typeof value(row) === 'number'),
        ...(wide && { wide }),
        ...(minor && { minor }),
        cell: ({ row }: Numbered<T>) => (cell ? cell(row) : <Value value={value(row)} format={format} />),
      }))}
      rows={numbered}
      rowKey={({ index }) => index}
      {...(rowHref && { rowHref: ({ row }: Numbered<T>) => rowHref(row) })}
      empty={<p class="card-body muted">There is nothing to show.</p>}
    />
  );
}

function Value({ value, format }: { value: string | number | null; format: ((value: number) => string) | undefined }) {
  if (value === null) return <Nothing />;
  if (typeof value === 'string') return <>{value}</>;
  return <>{(format ?? exactly)(value)}</>;
}

/** A number with all its digits, as the reader's language writes it. */
export const exactly = (value: number): string => value.toLocaleString();
