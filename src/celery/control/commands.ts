import { type Broker, isQueueName, type Json, type RunningWorker } from '../../taskkit/index.js';
import { brokerId } from '../accept.js';
import type { BridgeCounts } from '../bridge.js';
import type { Dispatcher } from '../events/dispatcher.js';
import type { LogicalClock } from './clock.js';
import { brokerOf, queryTasks, queueOf, requestOf, usage } from './describe.js';
import type { RevokedIds } from './revoked.js';

/** What commands ask of a bridge. */
export interface ControlledBridge {
  readonly counts: Readonly<BridgeCounts>;
  queues(): string[];
  addQueue(queue: string): void;
  cancelQueue(queue: string): void;
}

/** What Celery's commands act on: a worker, a bridge, or a process that is both. */
export interface Controlled {
  hostname: string;
  /** Celery's broker. */
  url: string;
  worker?: RunningWorker | undefined;
  bridge?: ControlledBridge | undefined;
  /** That of our own queues. */
  broker: Pick<Broker, 'revoke' | 'waiting' | 'scheduled'>;
  /** The settings, without secrets. */
  conf: Record<string, Json>;
  /** Begins a warm shutdown of the process. */
  shutdown(): void;
  events: Dispatcher;
  /** Tells at once that the process lives. */
  heartbeat(): Promise<void>;
  clock: LogicalClock;
  revoked: RevokedIds;
  /** The ids of the tasks whose runs were ended by a command, until that has been told. */
  terminated: Set<string>;
  /** Seconds since the process began. */
  uptime(): number;
}

type Arguments = Record<string, unknown>;

const ok = (text: string) => ({ ok: text });
const refused = (reason: string) => ({ error: reason });

const idsIn = (value: unknown): string[] => [value].flat().filter((id): id is string => typeof id === 'string');
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

async function revoke({ task_id: given, terminate }: Arguments, node: Controlled): Promise<unknown> {
  const { broker, worker, revoked, terminated } = node;
  const ids = idsIn(given);
  revoked.add(ids);
  for (const id of ids) await broker.revoke(brokerId(id));
  if (!terminate) return ok(`tasks ${ids.join(', ')} flagged as revoked`);
  const ended = ids.filter((id) => {
    // It is told of as soon as it has ended.
    terminated.add(brokerId(id));
    const isRunning = worker?.terminate(brokerId(id)) ?? false;
    if (!isRunning) terminated.delete(brokerId(id));
    return isRunning;
  });
  return ok(`terminate: ${ended.join(', ') || 'tasks unknown'}`);
}

/** A rate as Celery's callers write it: '10/m', or a number for so many a second. 0 and nothing lift it. */
const rateOf = (rate: unknown): string | null => {
  if (!rate || rate === '0') return null;
  const text = String(rate);
  return /^[\d.]+$/.test(text) ? `${text}/s` : text;
};

async function rateLimit({ task_name: task, rate_limit: rate }: Arguments, { worker }: Controlled): Promise<unknown> {
  if (!worker?.registered().includes(textIn(task))) return refused('unknown task');
  await worker.rateLimit(textIn(task), rateOf(rate));
  return ok(rateOf(rate) === null ? 'rate limit disabled successfully' : 'new rate limit set successfully');
}

function timeLimit({ task_name: task, soft, hard }: Arguments, { worker }: Controlled): unknown {
  if (!worker?.registered().includes(textIn(task))) return refused('unknown task');
  if (!(Number(soft) > 0 && Number(hard) >= Number(soft)))
    return refused('give a soft limit, and a hard one that is not below it');
  worker.timeLimit(textIn(task), { soft: Number(soft), hard: Number(hard) });
  return ok('time limits set successfully');
}

async function resize(by: number, { worker }: Controlled): Promise<unknown> {
  if (!worker) return refused('a bridge runs no tasks');
  if (!Number.isInteger(by)) return refused('n is not a whole number');
  await worker.setConcurrency(worker.concurrency + by);
  return ok(by < 0 ? 'pool will shrink' : 'pool will grow');
}

async function addConsumer(queue: string, { worker, bridge }: Controlled): Promise<unknown> {
  if (!isQueueName(queue)) return refused(`"${queue}" is no name of a queue`);
  bridge?.addQueue(queue);
  await worker?.addConsumer(queue);
  return ok(`add consumer ${queue}`);
}

function cancelConsumer(queue: string, { worker, bridge }: Controlled): unknown {
  bridge?.cancelQueue(queue);
  worker?.cancelConsumer(queue);
  return ok(`no longer consuming from ${queue}`);
}

const queuesOf = ({ worker, bridge }: Controlled): string[] => [
  ...new Set([...(bridge?.queues() ?? []), ...(worker?.queues ?? [])]),
];

function stats({ url, worker, bridge, clock, uptime }: Controlled): unknown {
  const own = worker?.stats();
  return {
    total: own?.total ?? {},
    pid: process.pid,
    clock: String(clock.value()),
    uptime: uptime(),
    pool: {
      implementation: 'journeyman',
      'max-concurrency': worker ? worker.concurrency * worker.queues.length : 0,
      processes: [process.pid],
      'max-tasks-per-child': 'N/A',
    },
    broker: brokerOf(url),
    prefetch_count: 0,
    rusage: usage(),
    ...(own && { outcomes: own.outcomes }),
    ...(bridge && { bridge: bridge.counts }),
  };
}

function switchEvents({ events }: Controlled, on: boolean): unknown {
  const already = events.tasks === on;
  events.tasks = on;
  return ok(`task events ${already ? 'already ' : ''}${on ? 'enabled' : 'disabled'}`);
}

/** What a Python worker asks of the others when it starts. */
function hello({ from_node: from, revoked: theirs }: Arguments, { hostname, revoked, clock }: Controlled): unknown {
  if (from === hostname) return null;
  revoked.add(Object.keys(theirs ?? {}));
  return { revoked: {}, clock: clock.forward() };
}

/** By their names, which are Celery's; of those that it has twice both. */
const commands: Record<string, (args: Arguments, node: Controlled) => unknown> = {
  ping: () => ok('pong'),
  stats: (_, node) => stats(node),
  active: (_, { worker, hostname }) => (worker?.active() ?? []).map((task) => requestOf(task, hostname)),
  reserved: async (_, { worker, broker, hostname }) =>
    (await broker.waiting(worker?.queues ?? [])).map((task) => requestOf(task, hostname)),
  scheduled: async (_, { worker, broker, hostname }) =>
    (await broker.scheduled(worker?.queues ?? [])).map(({ eta, ...task }) => ({
      eta: eta?.toISOString().replace('Z', '+00:00') ?? null,
      priority: 6,
      request: requestOf(task, hostname),
    })),
  registered: (_, { worker }) => worker?.registered() ?? [],
  active_queues: (_, node) => queuesOf(node).map(queueOf),
  revoked: (_, { revoked }) => revoked.list(),
  conf: (_, { conf }) => conf,
  query_task: ({ ids }, { worker, broker, hostname }) => (worker ? queryTasks(idsIn(ids), hostname, worker, broker) : {}),
  clock: (_, { clock }) => ({ clock: clock.value() }),
  hello,
  revoke,
  terminate: ({ task_id }, node) => revoke({ task_id, terminate: true }, node),
  rate_limit: rateLimit,
  time_limit: timeLimit,
  pool_grow: ({ n = 1 }, node) => resize(Number(n), node),
  pool_shrink: ({ n = 1 }, node) => resize(-Number(n), node),
  add_consumer: ({ queue }, node) => addConsumer(textIn(queue), node),
  cancel_consumer: ({ queue }, node) => cancelConsumer(textIn(queue), node),
  enable_events: (_, node) => switchEvents(node, true),
  disable_events: (_, node) => switchEvents(node, false),
  heartbeat: (_, node) => node.heartbeat(),
  shutdown: (_, { shutdown }) => {
    shutdown();
    return ok('shuts down');
  },
};

const aliases: Record<string, string> = {
  dump_active: 'active',
  dump_reserved: 'reserved',
  dump_schedule: 'scheduled',
  dump_revoked: 'revoked',
  dump_tasks: 'registered',
  dump_conf: 'conf',
};

/** Does what a command of Celery's says. Gives what is replied. Throws for a command that there is not. */
export async function runCommand(method: string, args: Arguments, node: Controlled): Promise<unknown> {
  const name = (Object.hasOwn(aliases, method) && aliases[method]) || method;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Error(`No such method ${method}`);
  return command(args, node);
}
