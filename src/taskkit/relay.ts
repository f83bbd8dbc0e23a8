import type { Broker } from './broker/broker.js';
import { taskErrorOf } from './storable.js';
import type { OutboxStore, TaskLogger } from './types.js';

const batch = 500;
/** A commit wakes the relay at once; this look finds what a lost notice left behind. */
const pollInterval = 2000;
const maxFaultWait = 5000;

/**
 * Moves messages from the outbox to the broker as they are committed. Any number of relays may run.
 * A message keeps its id, so that one which was handed over just before a crash is not doubled by the next relay.
 * Returns what stops it: it ends the batch in hand first.
 */
export async function startRelay(outbox: OutboxStore, broker: Broker, log: TaskLogger): Promise<() => Promise<void>> {
  let stopped = false;
  let wake = () => {};
  let noticed = false;
  const notice = () => {
    noticed = true;
    wake();
  };
  const rest = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    let faults = 0;
    while (!stopped) {
      noticed = false;
      try {
        const moved = await outbox.take(batch, async (messages) => void (await broker.enqueue(messages)));
        if (faults) log.info({}, 'The outbox relay works again');
        faults = 0;
        if (moved < batch && !noticed && !stopped) await rest(pollInterval);
      } catch (error) {
        if (!faults++) log.warn({ code: taskErrorOf(error).code }, `The outbox relay waits: ${taskErrorOf(error).message}`);
        if (!stopped) await rest(Math.min(maxFaultWait, 100 * 2 ** faults));
      }
    }
  };
  const unlisten = await outbox.listen(notice);
  const running = run();
  return async () => {
    stopped = true;
    wake();
    await running;
    await unlisten();
  };
}
