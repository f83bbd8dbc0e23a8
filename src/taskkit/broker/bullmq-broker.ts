import { type Job, type JobsOptions, Queue } from 'bullmq';
import { coded, JourneymanError } from '../../errors.js';
import type { TaskMessage } from '../types.js';
import type { Broker, StoredMessage } from './broker.js';
import { taskState } from './job-state.js';
import type { Transport } from './transport.js';
import { startWorker } from './worker.js';

interface StoredJob {
  name: string;
  data: StoredMessage;
  opts: JobsOptions;
}

function storedJob(message: TaskMessage, now: number): StoredJob {
  const { args, retry, ignoreResult, expires } = message;
  return {
    name: message.name,
    data: { args, retry, ignoreResult, ...(expires !== undefined && { expires }) },
    opts: {
      jobId: message.id,
      priority: message.priority,
      attempts: retry.maxRetries + 1,
      backoff: { type: 'custom' },
      stackTraceLimit: 20,
      ...(message.eta !== undefined && message.eta > now && { delay: message.eta - now }),
    },
  };
}

/** A broker on BullMQ. Nothing here knows whether PostgreSQL or Redis is behind it. */
export function bullmqBroker(transport: Transport, { resultExpires }: { resultExpires: number }): Broker {
  const queues = new Map<string, Promise<Queue>>();

  const reaching = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (error instanceof JourneymanError) throw error;
      const reason = error instanceof Error ? error.message || error.name : String(error);
      throw coded('BROKER_UNREACHABLE', { address: transport.address, reason }, { cause: error });
    }
  };

  // A Queue that is made while the broker is away stays dead for ever: ask the broker first, and forget a failure.
  const queue = (name: string): Promise<Queue> => {
    let made = queues.get(name);
    if (!made) {
      made = (async () => {
        await transport.ping();
        await transport.announce(name);
        const { connection, backend } = transport.producer;
        const created = new Queue(name, { connection }, backend);
        created.on('error', () => undefined);
        await created.waitUntilReady();
        return created;
      })();
      made.catch(() => queues.delete(name));
      queues.set(name, made);
    }
    return made;
  };

  return {
    address: transport.address,
    enqueue: (messages) =>
      reaching(async () => {
        const now = Date.now();
        const byQueue = groupByQueue(messages);
        for (const [name, group] of byQueue) {
          await (await queue(name)).addBulk(group.map((message) => storedJob(message, now)));
        }
      }),
    state: (id, queueName) =>
      reaching(async () => {
        const name = queueName ?? (await transport.findQueue(id));
        if (!name) return undefined;
        const found = await queue(name);
        const state = await found.getJobState(id);
        const job: Job | undefined = await found.getJob(id);
        return job && taskState(job, state);
      }),
    counts: () =>
      reaching(async () =>
        Promise.all(
          (await transport.queues()).sort().map(async (name) => {
            const counts = await (await queue(name)).getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed');
            const of = (state: string) => counts[state] ?? 0;
            return {
              queue: name,
              waiting: of('waiting') + of('prioritized'),
              active: of('active'),
              delayed: of('delayed'),
              failed: of('failed'),
            };
          }),
        ),
      ),
    ping: () => reaching(() => transport.ping()),
    startWorker: (options) => startWorker(transport, options),
    expireResults: () =>
      reaching(async () => {
        let removed = 0;
        for (const name of await transport.queues()) {
          for (const state of ['completed', 'failed'] as const) {
            removed += (await (await queue(name)).clean(resultExpires * 1000, 10_000, state)).length;
          }
        }
        return removed;
      }),
    async close() {
      for (const made of queues.values()) await made.then((open) => open.close()).catch(() => undefined);
      queues.clear();
      await transport.close();
    },
  };
}

function groupByQueue(messages: TaskMessage[]): Map<string, TaskMessage[]> {
  const groups = new Map<string, TaskMessage[]>();
  for (const message of messages) {
    const group = groups.get(message.queue);
    if (group) group.push(message);
    else groups.set(message.queue, [message]);
  }
  return groups;
}
