import type { OutboxTransaction } from '../types.js';

/** What is kept of an entry, so that its runs go on after a restart. */
export interface EntryState {
  name: string;
  /** Of the entry as it was when a beat that has it was last started; see `Entry`. */
  definition: string;
  nextRunAt: Date;
  /** Undefined before the first run. */
  lastRunAt?: Date | undefined;
  lastTaskId?: string | undefined;
  totalRunCount: number;
  paused: boolean;
}

/** One transaction on the states of entries. */
export interface BeatSession {
  /** For `delayOnCommit`: what is sent with it leaves with this transaction. */
  readonly transaction: OutboxTransaction;
  readonly now: Date;
  /** Locks the entries with these definitions that are due and not paused; passes by those that another session holds. */
  lockDue(definitions: string[]): Promise<EntryState[]>;
  /** Locks every entry, present and future; waits for other sessions. */
  lockAll(): Promise<EntryState[]>;
  /** Writes these states, whether they are new or not. */
  save(states: EntryState[]): Promise<void>;
  remove(names: string[]): Promise<void>;
}

/** Where the state of the schedule is kept. */
export interface BeatStore {
  /** Acts in one transaction: all of it counts, or nothing. `now` stands in for the store's own clock. */
  transact<T>(act: (session: BeatSession) => Promise<T>, now?: Date): Promise<T>;
  /** The state of every entry, by name. */
  list(): Promise<EntryState[]>;
}
