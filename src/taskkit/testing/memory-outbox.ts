import type { Broker } from '../broker/broker.js';
import type { OutboxStore, OutboxTransaction, TaskMessage } from '../types.js';
import { refuse } from './memory-broker.js';

/** An outbox whose messages leave with `transaction`; those of any other transaction, which it can't follow, leave at once. */
export function memoryOutbox(broker: Broker): {
  outbox: OutboxStore;
  transaction<T>(work: (transaction: OutboxTransaction) => Promise<T>): Promise<T>;
} {
  const open = new Map<unknown, TaskMessage[]>();
  return {
    outbox: {
      async write(transaction, messages) {
        const waiting = open.get(transaction);
        if (waiting) waiting.push(...messages);
        else await broker.enqueue(messages);
      },
      take: refuse('outbox.take'),
      listen: refuse('outbox.listen'),
    },
    async transaction(work) {
      const transaction = {} as OutboxTransaction;
      const waiting: TaskMessage[] = [];
      open.set(transaction, waiting);
      const result = await work(transaction).finally(() => open.delete(transaction));
      await broker.enqueue(waiting);
      return result;
    },
  };
}
