import { isLater, type RunRow } from './run-row.js';

/** What waits to be written, folded to one row a task, within bounds. */
export interface RunBuffer {
  /** Keeps the row, unless a later one of its task waits already. When that is too much, the oldest start of a run is dropped, or the oldest row. */
  add(row: RunRow, size: number): void;
  /** The next rows to write. They wait on until they are removed. */
  next(limit: number): RunRow[];
  /** Removes rows that have been written, except where a later one of the task has come in since. */
  remove(rows: RunRow[]): void;
  /** How many rows wait. */
  count(): number;
  /** How many rows have been dropped since this was last asked. */
  takeDropped(): number;
}

/** A buffer for at most `maxRuns` rows that take at most about `maxSize` characters together. */
export function createRunBuffer({ maxRuns, maxSize }: { maxRuns: number; maxSize: number }): RunBuffer {
  // A start can be missed, since what follows it says as much. So starts are apart: they are written last and dropped first.
  const started = new Map<string, { row: RunRow; size: number }>();
  const settled = new Map<string, { row: RunRow; size: number }>();
  let size = 0;
  let dropped = 0;

  const count = () => started.size + settled.size;
  const partOf = (row: RunRow) => (row.state === 'STARTED' ? started : settled);

  function forget(row: RunRow): void {
    const part = partOf(row);
    size -= part.get(row.id)?.size ?? 0;
    part.delete(row.id);
  }

  function dropOldest(): void {
    const [oldest] = started.size ? started.values() : settled.values();
    forget(oldest!.row);
    dropped += 1;
  }

  return {
    add(row, rowSize) {
      const waiting = (started.get(row.id) ?? settled.get(row.id))?.row;
      if (waiting && !isLater(row, waiting)) return;
      if (waiting) forget(waiting);
      partOf(row).set(row.id, { row, size: rowSize });
      size += rowSize;
      while (count() > 1 && (count() > maxRuns || size > maxSize)) dropOldest();
    },

    next(limit) {
      const rows: RunRow[] = [];
      for (const part of [settled, started]) {
        for (const { row } of part.values()) {
          if (rows.length === limit) return rows;
          rows.push(row);
        }
      }
      return rows;
    },

    remove(rows) {
      for (const row of rows) if (partOf(row).get(row.id)?.row === row) forget(row);
    },

    count,

    takeDropped() {
      const taken = dropped;
      dropped = 0;
      return taken;
    },
  };
}
