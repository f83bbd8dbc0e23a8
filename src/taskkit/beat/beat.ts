import { setTimeout as sleep } from 'node:timers/promises';
import { taskErrorOf } from '../storable.js';
import type { TaskLogger } from '../types.js';
import type { Entry } from './entries.js';
import type { BeatStore, EntryState } from './store.js';
import { reconcileSchedule, type SentTask, tick } from './tick.js';

/** Changes that others make to the schedule's state are seen within this time, in milliseconds. */
const longestSleep = 5000;
/** An entry that is due and not ours to send is being sent by another beat. */
const shortestSleep = 50;

export interface BeatOptions {
  entries: readonly Entry[];
  store: BeatStore;
  log: TaskLogger;
  /** Default: the store's own clock, so that all beats go by one. */
  clock?: () => Date;
}

/**
 * Starts to send the tasks of a schedule when they are due. Any number of beats may run: each run is sent once.
 * Rejects when the store does not answer; later it may be away, and the beat goes on when it is back.
 * Returns what stops it: it ends the tick in hand first.
 */
export async function startBeat({ entries, store, log, clock }: BeatOptions): Promise<() => Promise<void>> {
  await reconcileSchedule(entries, store, clock?.());
  const stopping = new AbortController();
  const { signal } = stopping;
  const tellSuperseded = supersededTeller(entries, log);

  const beat = async (): Promise<number> => {
    const { now, sent } = await tick(entries, store, clock?.());
    for (const { entry, taskId } of sent) logSent(log, entry, taskId);
    const states = await store.list();
    tellSuperseded(states);
    return untilNext(entries, states, now);
  };
  const run = async () => {
    let faults = 0;
    while (!signal.aborted) {
      let wait: number;
      try {
        wait = await beat();
        if (faults) log.info({}, 'The scheduler works again');
        faults = 0;
      } catch (error) {
        const { code, message } = taskErrorOf(error);
        if (!faults++) log.warn({ code }, `The scheduler waits: ${message}`);
        wait = Math.min(longestSleep, 100 * 2 ** faults);
      }
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}

const logSent = (log: TaskLogger, { name, task }: SentTask['entry'], taskId: string) =>
  log.info({ entry: name, id: taskId, name: task.taskName }, `Scheduler: sending due task ${name} (${task.taskName}[${taskId}])`);

/** The milliseconds until the next of our entries is due. */
function untilNext(entries: readonly Entry[], states: EntryState[], now: Date): number {
  const definitions = new Set(entries.map((entry) => entry.definition));
  const waits = states
    .filter(({ definition, paused }) => definitions.has(definition) && !paused)
    .map(({ nextRunAt }) => nextRunAt.getTime() - now.getTime());
  return Math.max(shortestSleep, Math.min(longestSleep, ...waits));
}

/** Says once of each entry that a beat with another schedule was started later, whose definition counts now. */
function supersededTeller(entries: readonly Entry[], log: TaskLogger): (states: EntryState[]) => void {
  const told = new Set<string>();
  return (states) => {
    const definitions = new Set(states.map(({ definition }) => definition));
    for (const { name, definition } of entries) {
      if (definitions.has(definition) || told.has(name)) continue;
      told.add(name);
      log.warn({ entry: name }, `A beat with another schedule was started: this one no longer sends ${name}`);
    }
  };
}
