import type { AsyncResult } from '../async-result.js';
import type { ApplyAsyncOptions } from '../types.js';
import type { Entry } from './entries.js';
import { firstRun, nextRun } from './next-run.js';
import type { BeatSession, BeatStore, EntryState } from './store.js';

export interface SentTask {
  entry: Entry;
  taskId: string;
}

/**
 * Sends what is due: in one transaction, each task is left in the outbox and its entry is moved on to its next run. Runs that
 * were missed are made up by one.
 */
export async function tick(entries: readonly Entry[], store: BeatStore, clock?: Date): Promise<{ now: Date; sent: SentTask[] }> {
  const byDefinition = new Map(entries.map((entry) => [entry.definition, entry]));
  return store.transact(async (session) => {
    const { now } = session;
    const sent: SentTask[] = [];
    const moved: EntryState[] = [];
    for (const state of await session.lockDue([...byDefinition.keys()])) {
      const entry = byDefinition.get(state.definition)!;
      const { id: taskId } = await send(entry, session, { taskId: tickId(entry.name, state.nextRunAt) });
      sent.push({ entry, taskId });
      moved.push({ ...ranNow(state, taskId, now), nextRunAt: nextRun(entry, state.nextRunAt, now) });
    }
    await session.save(moved);
    return { now, sent };
  }, clock);
}

/** The task of one run, such as `beat-send-daily-digest-20261122T060000Z`: the same run has the same id whoever sends it. */
const tickId = (name: string, scheduled: Date) =>
  `beat-${name}-${scheduled.toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')}`;

const send = ({ task, args, options }: Entry, { transaction }: BeatSession, more: ApplyAsyncOptions): Promise<AsyncResult> =>
  task.delayOnCommit(transaction, args as never, { ...options, ...more });

const ranNow = (state: EntryState, taskId: string, now: Date): EntryState => ({
  ...state,
  lastRunAt: now,
  lastTaskId: taskId,
  totalRunCount: state.totalRunCount + 1,
});

/**
 * Makes the kept states those of these entries: new ones get their first run, changed ones go on with their new definition,
 * and what is no longer defined is removed.
 */
export function reconcileSchedule(entries: readonly Entry[], store: BeatStore, clock?: Date): Promise<void> {
  return store.transact(async (session) => {
    const states = new Map((await session.lockAll()).map((state) => [state.name, state]));
    const changed = entries.filter((entry) => states.get(entry.name)?.definition !== entry.definition);
    await session.save(changed.map((entry) => redefine(entry, states.get(entry.name), session.now)));
    for (const { name } of entries) states.delete(name);
    await session.remove([...states.keys()]);
  }, clock);
}

/** The state of an entry that is new or has changed. A run that is due already stays so, and then has the new definition. */
function redefine(entry: Entry, state: EntryState | undefined, now: Date): EntryState {
  const { name, definition } = entry;
  if (!state) return { name, definition, nextRunAt: firstRun(entry, now), totalRunCount: 0, paused: false };
  const nextRunAt = state.nextRunAt <= now ? state.nextRunAt : firstRun(entry, state.lastRunAt ?? now);
  return { ...state, definition, nextRunAt };
}

/** Sends an entry's task now, paused or not, beside its regular runs. Returns the task's id. */
export function runEntry(entry: Entry, store: BeatStore): Promise<string> {
  return change(entry, store, async (state, session) => {
    const { id } = await send(entry, session, {});
    return [ranNow(state, id, session.now), id];
  });
}

/** Holds an entry's regular runs back. */
export function pauseEntry(entry: Entry, store: BeatStore): Promise<void> {
  return change(entry, store, async (state) => [{ ...state, paused: true }, undefined]);
}

/** Lets a paused entry run again from its next regular run on; those it missed are not made up. */
export function resumeEntry(entry: Entry, store: BeatStore): Promise<void> {
  return change(entry, store, async (state, { now }) => {
    const nextRunAt = state.paused && state.nextRunAt <= now ? nextRun(entry, state.nextRunAt, now) : state.nextRunAt;
    return [{ ...state, paused: false, nextRunAt }, undefined];
  });
}

/** Changes one entry's state, which no beat may have made yet. */
function change<T>(
  entry: Entry,
  store: BeatStore,
  act: (state: EntryState, session: BeatSession) => Promise<[EntryState, T]>,
): Promise<T> {
  return store.transact(async (session) => {
    const found = (await session.lockAll()).find(({ name }) => name === entry.name);
    const [changed, result] = await act(found ?? redefine(entry, undefined, session.now), session);
    await session.save([changed]);
    return result;
  });
}
