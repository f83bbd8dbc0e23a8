import type { Broker, RunningWorker } from '../broker/broker.js';
import { storableJson, taskErrorOf } from '../storable.js';
import type { Json, TaskLogger } from '../types.js';
import { type ControlChannel, type ControlCommand, type ControlRequest, commandTopic } from './channel.js';

/** What the commands act on. */
export interface Controlled {
  worker: RunningWorker;
  broker: Broker;
  /** The settings, without secrets. */
  conf: Record<string, Json>;
  /** Begins a warm shutdown of the worker's process. */
  shutdown(): void;
  log: TaskLogger;
}

/** Lets a worker answer commands. Returns what ends that, when the last reply is on its way. */
export async function serveControl(channel: ControlChannel, controlled: Controlled): Promise<() => Promise<void>> {
  const { worker, log } = controlled;
  const pending = new Set<Promise<void>>();
  const answer = async ({ replyTo, command }: ControlRequest) => {
    const reply = await run(command, controlled).catch((error: unknown) => ({ error: taskErrorOf(error).message }));
    await channel.send(replyTo, { worker: worker.name, reply: storableJson(reply) });
  };
  const stop = await channel.listen(commandTopic, (message) => {
    const request = message as unknown as ControlRequest;
    if (request.destination && !request.destination.includes(worker.name)) return;
    log.debug({ command: request.command.name }, `Command ${request.command.name}`);
    const answered: Promise<void> = answer(request)
      .catch((error: Error) => log.warn({}, `The command ${request.command.name} was not answered: ${error.message}`))
      .finally(() => pending.delete(answered));
    pending.add(answered);
  });
  return async () => {
    await stop();
    await Promise.all(pending);
  };
}

/** Does what a command says. Returns what is replied. */
async function run(command: ControlCommand, { worker, broker, conf, shutdown }: Controlled): Promise<unknown> {
  switch (command.name) {
    case 'ping':
      return { ok: 'pong' };
    case 'active':
      return worker.active();
    case 'reserved':
      return broker.waiting(worker.queues);
    case 'scheduled':
      return broker.scheduled(worker.queues);
    case 'registered':
      return worker.registered();
    case 'stats':
      return { ...worker.stats(), broker: broker.address };
    case 'active_queues':
      return Promise.all(worker.queues.map(async (name) => ({ name, paused: await broker.isQueuePaused(name) })));
    case 'conf':
      return conf;
    case 'query_task':
      return queryTasks(command.ids, worker, broker);
    case 'terminate':
      return { ok: command.ids.filter((id) => worker.terminate(id)) };
    case 'rate_limit':
      await worker.rateLimit(command.task, command.rate);
      return { ok: command.rate === null ? 'rate limit lifted' : 'new rate limit set' };
    case 'time_limit':
      worker.timeLimit(command.task, command);
      return { ok: 'time limits set' };
    case 'pool_grow':
      await worker.setConcurrency(worker.concurrency + command.n);
      return { ok: `${worker.concurrency} tasks of each queue at once` };
    case 'pool_shrink':
      await worker.setConcurrency(worker.concurrency - command.n);
      return { ok: `${worker.concurrency} tasks of each queue at once` };
    case 'add_consumer':
      await worker.addConsumer(command.queue);
      return { ok: `serves ${command.queue}` };
    case 'cancel_consumer':
      worker.cancelConsumer(command.queue);
      return { ok: `serves ${command.queue} no more` };
    case 'shutdown':
      shutdown();
      return { ok: 'shuts down' };
    default:
      return { error: `there is no command ${(command as ControlCommand).name}` };
  }
}

/** Those of the tasks that the worker runs, or that wait in a queue of its. */
async function queryTasks(ids: string[], worker: RunningWorker, broker: Broker): Promise<Record<string, unknown>> {
  const active = new Map(worker.active().map((task) => [task.id, task]));
  const known = await Promise.all(
    ids.map(async (id): Promise<[string, unknown][]> => {
      const running = active.get(id);
      if (running) return [[id, { state: 'active', ...running }]];
      const state = await broker.state(id);
      const waits = state && ['PENDING', 'RETRY'].includes(state.status) && worker.queues.includes(state.queue);
      return waits ? [[id, { state: 'reserved', id, name: state.name, queue: state.queue, retries: state.retries }]] : [];
    }),
  );
  return Object.fromEntries(known.flat());
}
