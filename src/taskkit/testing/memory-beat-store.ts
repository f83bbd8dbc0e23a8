import type { BeatSession, BeatStore, EntryState } from '../beat/store.js';
import type { OutboxTransaction } from '../types.js';

/** Keeps the state of a schedule in memory. Sessions are not kept apart: there is one beat in a test. */
export function memoryBeatStore(transact: <T>(work: (transaction: OutboxTransaction) => Promise<T>) => Promise<T>): BeatStore {
  const states = new Map<string, EntryState>();
  const list = async () => [...states.values()];
  const session = (transaction: OutboxTransaction, now: Date): BeatSession => ({
    transaction,
    now,
    lockDue: async (definitions) =>
      (await list()).filter(
        ({ definition, nextRunAt, paused }) => definitions.includes(definition) && nextRunAt <= now && !paused,
      ),
    lockAll: list,
    async save(changed) {
      for (const state of changed) states.set(state.name, state);
    },
    async remove(names) {
      for (const name of names) states.delete(name);
    },
  });
  return { list, transact: (act, now = new Date()) => transact((transaction) => act(session(transaction, now))) };
}
