import type { WorkerStatus } from '../../db/workers.js';
import type { Broker } from '../../taskkit/index.js';
import type { QueueRow } from '../types/index.js';

const none = { waiting: 0, active: 0, delayed: 0, failed: 0 };

/** How the queues stand: those that tasks go to by the settings, and every other one that was ever used. */
export async function queueRows(
  broker: Broker,
  { queues, workers, now }: { queues: readonly string[]; workers: readonly WorkerStatus[]; now: Date },
): Promise<QueueRow[]> {
  const counted = new Map((await broker.counts()).map(({ queue, ...counts }) => [queue, counts]));
  const used = [...counted.keys()];
  const [next, paused] = await Promise.all([
    broker.nextEnqueuedAt(used.filter((queue) => counted.get(queue)!.waiting > 0)),
    Promise.all(used.map((queue) => broker.isQueuePaused(queue))),
  ]);
  return [...new Set([...queues, ...used])].sort().map((name) => {
    const since = next.get(name);
    return {
      name,
      ...(counted.get(name) ?? none),
      paused: paused[used.indexOf(name)] ?? false,
      oldestMs: since ? Math.max(0, now.getTime() - since.getTime()) : null,
      consumers: workers.filter((worker) => worker.online && worker.queues.includes(name)).map((worker) => worker.name),
    };
  });
}
