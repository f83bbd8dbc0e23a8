import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { RunEvent, TaskLogger } from '../../taskkit/index.js';
import type { Database } from '../schema.js';
import { type AttemptRow, attemptOf } from './attempts.js';
import { createRunBuffer } from './buffer.js';
import { runRowOf } from './run-row.js';
import { writeAttempts, writeRuns } from './write.js';

/** What waits while the database is away, at most: tasks, and characters of what a row holds. */
const maxRuns = 20_000;
const maxSize = 64_000_000;
/** As many runs before a task's last one wait at most. */
const maxAttempts = 2000;
/** The longest wait between tries while the database is away, and how long `close` goes on trying, in milliseconds. */
const longestWait = 5000;
const closePatience = 5000;

export interface HistoryOptions {
  log: TaskLogger;
  /** The most rows of one statement; as many waiting are written at once. Default 1000. */
  batch?: number;
  /** How long fewer rows wait for more, in milliseconds. Default 250. */
  intervalMs?: number;
}

export interface History {
  /** Takes note of an event. It neither waits nor throws. What the event holds is copied, that of a start only when it is written. */
  observe(event: RunEvent): void;
  /** Writes everything that waits. Rejects when the database does not take it; it is kept and tried again. */
  flush(): Promise<void>;
  /** Writes what waits, within 5 s or so of trying, and takes note of nothing more. What could not be written is logged. */
  close(): Promise<void>;
}

/**
 * Records the runs of tasks in `task_history`, one row a task: its last run; and in
 * `task_attempts` the runs before it. Events are gathered and written in batches. While
 * the database is away they wait, up to 20,000 tasks; then the oldest are dropped, starts first, and their number is logged.
 */
export function createHistory(db: Kysely<Database>, { log, batch = 1000, intervalMs = 250 }: HistoryOptions): History {
  const buffer = createRunBuffer({ maxRuns, maxSize });
  /** Of runs under way, by the task's id. Most of them end before the next write, which then needs no row of their start. */
  const starts = new Map<string, RunEvent>();
  /** Runs that the rows of their tasks' next runs replace. */
  const attempts: AttemptRow[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  /** Until the next write: longer after each one that failed. */
  let wait = intervalMs;
  let failing = false;
  let closed = false;

  function add(event: RunEvent): void {
    try {
      const { row, size } = runRowOf(event);
      buffer.add(row, size);
      const attempt = attemptOf(row);
      if (attempt && attempts.length < maxAttempts) attempts.push(attempt);
    } catch (error) {
      // Whatever is wrong with the event, the run goes on.
      log.error({ id: event.id, err: error }, `Task [${event.id}] is missing in the history: ${(error as Error).message}`);
    }
  }

  const count = () => starts.size + buffer.count() + attempts.length;

  /** Writes one batch, and more while at least `least` rows wait. */
  async function drain(least: number): Promise<void> {
    for (const event of starts.values()) add(event);
    starts.clear();
    while (attempts.length > 0) {
      const next = attempts.slice(0, batch);
      await writeAttempts(db, next, log);
      attempts.splice(0, next.length);
    }
    do {
      const rows = buffer.next(batch);
      if (rows.length === 0) return;
      await writeRuns(db, rows, log);
      buffer.remove(rows);
    } while (buffer.count() >= least);
  }

  async function tryDrain(least: number): Promise<void> {
    try {
      await drain(least);
      wait = intervalMs;
      failing = false;
      reportDropped();
    } catch (error) {
      const { message } = error as Error;
      if (!failing) log.warn({ waiting: buffer.count() }, `The task history could not be written and waits: ${message}`);
      failing = true;
      wait = Math.min(Math.max(2 * wait, 100), longestWait);
      throw error;
    }
  }

  function write(least: number): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const done = tryDrain(least).finally(() => {
      writing = undefined;
      if (count() > 0) schedule();
    });
    writing = done.catch(() => {}); // reported by tryDrain; what was not written waits
    return done;
  }

  function schedule(): void {
    if (closed || writing) return;
    if (count() >= batch && !failing) write(batch).catch(() => {});
    else timer ??= setTimeout(() => write(batch).catch(() => {}), wait);
  }

  function reportDropped(): void {
    const dropped = buffer.takeDropped();
    if (dropped) log.warn({ dropped }, `${dropped} runs are missing in the task history: too many waited for the database`);
  }

  async function flush(): Promise<void> {
    while (writing) await writing;
    await write(1);
  }

  return {
    observe(event) {
      if (closed) return;
      starts.delete(event.id);
      if (event.type === 'started') starts.set(event.id, event);
      else add(event);
      schedule();
    },

    flush,

    async close() {
      for (const deadline = Date.now() + closePatience; ; await sleep(100)) {
        const written = await flush().then(
          () => true,
          () => false,
        );
        if (written || Date.now() > deadline) break;
      }
      closed = true;
      clearTimeout(timer);
      reportDropped();
      const lost = buffer.count();
      if (lost) log.error({ lost }, `${lost} runs are missing in the task history: the database did not take them in time`);
    },
  };
}
