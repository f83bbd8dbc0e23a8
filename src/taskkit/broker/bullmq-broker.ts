import { FlowProducer, type Job, type Queue } from 'bullmq';
import { coded, JourneymanError } from '../../errors.js';
import type { TaskMessage } from '../types.js';
import type { Broker, StoredMessage } from './broker.js';
import type { Graph } from './graph.js';
import { membersOf, outcomesOf, progressOf } from './inputs.js';
import { queueControl } from './inspect.js';
import { taskState } from './job-state.js';
import { LeanQueue } from './lean-queue.js';
import { flowOf, queuesOf, type StoredJob, storedJob } from './stored.js';
import { storedJobs } from './stored-jobs.js';
import type { Transport } from './transport.js';
import { startWorker } from './worker.js';

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
        const { options, backend } = transport.producer;
        const created = new LeanQueue(name, options, backend);
        created.on('error', () => undefined);
        await created.waitUntilReady();
        return created;
      })();
      made.catch(() => queues.delete(name));
      queues.set(name, made);
    }
    return made;
  };

  const addBulk = async (name: string, jobs: StoredJob[]): Promise<Job[]> => {
    const open = await queue(name);
    const parts = [];
    for (let from = 0; from < jobs.length; from += transport.bulkSize) parts.push(jobs.slice(from, from + transport.bulkSize));
    return (await Promise.all(parts.map((part) => open.addBulk(part)))).flat();
  };

  let flowProducer: FlowProducer | undefined;
  const flows = () => {
    if (!flowProducer) {
      flowProducer = new FlowProducer(transport.producer.options, transport.producer.backend);
      flowProducer.on('error', () => undefined);
    }
    return flowProducer;
  };
  const findJob = async (id: string, queueName?: string): Promise<Job<StoredMessage> | undefined> => {
    const name = queueName ?? (await transport.findQueue(id));
    return name === undefined ? undefined : (await queue(name)).getJob(id);
  };

  /** Whether a message was added before, perhaps by a process that died over it. */
  const isKnown = async ({ id, queue: name }: TaskMessage) => (await (await queue(name)).getJobState(id)) !== 'unknown';

  const enqueue = (messages: TaskMessage[]): Promise<string[]> =>
    reaching(async () => {
      const now = Date.now();
      const [only] = messages;
      if (only && messages.length === 1 && !only.after) {
        const { name, data, opts } = storedJob(only, now);
        return [(await (await queue(only.queue)).add(name, data, opts)).id!];
      }
      const ids = new Map<TaskMessage, string>();
      for (const [name, group] of groupByQueue(messages.filter((message) => !message.after))) {
        const jobs = await addBulk(
          name,
          group.map((message) => storedJob(message, now)),
        );
        for (const [index, job] of jobs.entries()) ids.set(group[index]!, job.id!);
      }
      for (const tree of messages.filter((message) => message.after)) {
        for (const name of queuesOf(tree)) await queue(name);
        // BullMQ would add again what is missing below a root that it knows.
        if (!(await isKnown(tree))) await flows().add(flowOf(tree, now));
      }
      return messages.map((message) => ids.get(message) ?? message.id);
    });

  const graph: Graph = {
    enqueue,
    dataOf: (job) => reaching(async () => (await findJob(job.id!, job.queueName))?.data ?? job.data),
    addUnder: (job, messages, again) =>
      reaching(async () => {
        const now = Date.now();
        const parent = { id: job.id!, queue: job.queueQualifiedName };
        const missing = again ? await filterAsync(messages, async (message) => !(await isKnown(message))) : messages;
        for (const [name, group] of groupByQueue(missing.filter((message) => !message.after))) {
          const jobs = group.map((message) => storedJob(message, now));
          const children = jobs.map(({ opts, ...rest }) => ({
            ...rest,
            opts: { ...opts, parent, ignoreDependencyOnFailure: true },
          }));
          await addBulk(name, children);
        }
        for (const tree of missing.filter((message) => message.after)) {
          for (const name of queuesOf(tree)) await queue(name);
          await flows().add(flowOf(tree, now, parent));
        }
      }),
  };

  return {
    address: transport.address,
    enqueue,
    state: (id, queueName) =>
      reaching(async () => {
        const name = queueName ?? (await transport.findQueue(id));
        if (!name) return undefined;
        const found = await queue(name);
        const state = await found.getJobState(id);
        const job: Job | undefined = await found.getJob(id);
        return job && taskState(job, state);
      }),
    revoke: (id, queueName) =>
      reaching(async () => {
        const job = await findJob(id, queueName);
        if (!job) return 'unknown';
        const hasEnded = (state: string) => state === 'completed' || state === 'failed';
        if (hasEnded(await job.getState())) return 'ended';
        await job.updateData({ ...job.data, revoked: true });
        // Asked once it is marked: a run that began before knows nothing of the mark, and goes on.
        const state = await job.getState();
        if (hasEnded(state)) return 'ended';
        if (state === 'active') return 'running';
        // One that became due in the meantime needs no push.
        if (state === 'delayed') await job.promote().catch(() => undefined);
        return 'revoked';
      }),
    groupProgress: (id, queueName) =>
      reaching(async () => {
        const job = await findJob(id, queueName);
        return job ? progressOf(job) : { total: 0, succeeded: 0, failed: 0 };
      }),
    groupOutcomes: (id, queueName) =>
      reaching(async () => {
        const job = await findJob(id, queueName);
        return job && (await outcomesOf(job, membersOf(job), false)).map(({ outcome }) => outcome);
      }),
    counts: () =>
      reaching(async () =>
        Promise.all(
          (await transport.queues()).sort().map(async (name) => {
            const counts = await (await queue(name)).getJobCounts(
              'waiting',
              'paused' as 'waiting',
              'prioritized',
              'active',
              'delayed',
              'failed',
            );
            const of = (state: string) => counts[state] ?? 0;
            return {
              queue: name,
              // On PostgreSQL those of a paused queue count as `paused`, a state that BullMQ's types leave out.
              waiting: of('waiting') + of('paused') + of('prioritized'),
              active: of('active'),
              delayed: of('delayed'),
              failed: of('failed'),
            };
          }),
        ),
      ),
    ...queueControl(transport, queue, reaching),
    ...storedJobs(transport, queue, reaching),
    ping: () => reaching(() => transport.ping()),
    startWorker: (options) => startWorker(transport, graph, options),
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
      await flowProducer?.close();
      await transport.close();
    },
  };
}

async function filterAsync<T>(items: T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = [];
  for (const item of items) if (await test(item)) kept.push(item);
  return kept;
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
