import type { ComponentChildren } from 'preact';
import { Icon } from './icon.js';

export interface Column<T> {
  /** Its name in the URL's sort. */
  key: string;
  label: string;
  cell: (row: T) => ComponentChildren;
  /** Numbers stand at the right. */
  number?: boolean;
  /** Whether the table can be sorted by it. */
  sortable?: boolean;
  /** Left out on phones. */
  minor?: boolean;
  /** Takes the room that is left. */
  wide?: boolean;
}

export interface TableProps<T> {
  /** What the table shows, for screen readers. */
  caption: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string | number;
  /** Where a row leads: its first cell becomes the link, and a click anywhere in the row follows it. */
  rowHref?: (row: T) => string;
  /** A column's key; `-` before it for descending. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** What stands there when there are no rows. */
  empty: ComponentChildren;
}

/** A table. It is scrolled sideways by itself when it is too wide. */
export function Table<T>({ caption, columns, rows, rowKey, rowHref, sort, onSort, empty }: TableProps<T>) {
  if (rows.length === 0) return <>{empty}</>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard
    <section class="table-scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} class={rowHref && 'row-link'}>
              {columns.map((column, index) => (
                <td key={column.key} class={cellClass(column)}>
                  {rowHref && index === 0 ? <a href={rowHref(row)}>{column.cell(row)}</a> : column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const cellClass = <T,>({ number, minor, wide }: Column<T>) =>
  [number && 'number', minor && 'minor', wide && 'wide'].filter(Boolean).join(' ') || undefined;

function HeadCell<T>({
  column,
  sort,
  onSort,
}: {
  column: Column<T>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}) {
  const descending = sort === `-${column.key}`;
  const sorted = descending || sort === column.key;
  const className = cellClass(column);
  if (!column.sortable || !onSort)
    return (
      <th scope="col" class={className}>
        {column.label}
      </th>
    );
  return (
    <th scope="col" class={className} aria-sort={sorted ? (descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" class="sort" onClick={() => onSort(descending ? column.key : `-${column.key}`)}>
        {column.label}
        <span class={sorted ? 'sort-mark' : 'sort-mark sort-mark-off'}>
          <Icon name={sorted && !descending ? 'up' : 'down'} size={13} />
        </span>
      </button>
    </th>
  );
}

/** Sorts rows that are all here by a column's value; nulls come last. */
export function sortRows<T>(rows: T[], sort: string, keyOf: (row: T, key: string) => string | number | null): T[] {
  const key = sort.replace(/^-/, '');
  const direction = sort.startsWith('-') ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [keyOf(one, key), keyOf(other, key)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return direction * (typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b));
  });
}
