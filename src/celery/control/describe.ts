import type { Broker, RunningWorker } from '../../taskkit/index.js';

type TaskSummary = ReturnType<RunningWorker['active']>[number];

/** Arguments as the summary has them: JSON, or the beginning of it. */
function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A task as Celery's `inspect` shows a request. Ours have keyword arguments only. */
export function requestOf({ id, name, queue, args, startedAt }: TaskSummary, hostname: string): Record<string, unknown> {
  return {
    id,
    name,
    type: name,
    args: [],
    kwargs: argumentsOf(args),
    hostname,
    time_start: startedAt ? startedAt.getTime() / 1000 : null,
    // A task is acknowledged when it has ended.
    acknowledged: false,
    delivery_info: { exchange: '', routing_key: queue, priority: 0, redelivered: null },
    worker_pid: startedAt ? process.pid : null,
  };
}

/** A queue as Celery describes one of its own. */
export const queueOf = (name: string): Record<string, unknown> => ({
  name,
  exchange: {
    name,
    type: 'direct',
    arguments: null,
    durable: true,
    passive: false,
    auto_delete: false,
    delivery_mode: null,
    no_declare: false,
  },
  routing_key: name,
  queue_arguments: null,
  binding_arguments: null,
  consumer_arguments: null,
  durable: true,
  exclusive: false,
  auto_delete: false,
  no_ack: false,
  alias: null,
  bindings: [],
  no_declare: null,
  expires: null,
  message_ttl: null,
  max_length: null,
  max_length_bytes: null,
  max_priority: null,
});

/** Celery's broker as `inspect stats` shows it, without the password. */
export function brokerOf(url: string): Record<string, unknown> {
  const { protocol, hostname, port, pathname, username } = new URL(url);
  return {
    hostname,
    port: Number(port || 6379),
    virtual_host: pathname.slice(1) || '0',
    userid: username || null,
    ssl: protocol === 'rediss:',
    transport: 'redis',
    transport_options: {},
    connect_timeout: 4,
    insist: false,
    login_method: null,
    uri_prefix: null,
    heartbeat: 0,
    failover_strategy: 'round-robin',
    alternates: [],
  };
}

/** What this process has used, by the names of Python's `resource`. */
export function usage(): Record<string, number> {
  const used = process.resourceUsage();
  return {
    utime: used.userCPUTime / 1e6,
    stime: used.systemCPUTime / 1e6,
    maxrss: used.maxRSS,
    ixrss: used.sharedMemorySize,
    idrss: used.unsharedDataSize,
    isrss: used.unsharedStackSize,
    minflt: used.minorPageFault,
    majflt: used.majorPageFault,
    nswap: used.swappedOut,
    inblock: used.fsRead,
    oublock: used.fsWrite,
    msgsnd: used.ipcSent,
    msgrcv: used.ipcReceived,
    nsignals: used.signalsCount,
    nvcsw: used.voluntaryContextSwitches,
    nivcsw: used.involuntaryContextSwitches,
  };
}

/** Those of the tasks that a worker runs or that wait in its queues, with what they are doing. */
export async function queryTasks(
  ids: string[],
  hostname: string,
  worker: RunningWorker,
  broker: Pick<Broker, 'waiting' | 'scheduled'>,
): Promise<Record<string, [string, Record<string, unknown>]>> {
  const waiting = [...(await broker.waiting(worker.queues)), ...(await broker.scheduled(worker.queues))];
  const states = [
    ...waiting.map((task) => ['reserved', task] as const),
    ...worker.active().map((task) => ['active', task] as const),
  ];
  const found = states.filter(([, task]) => ids.includes(task.id));
  return Object.fromEntries(found.map(([state, task]) => [task.id, [state, requestOf(task, hostname)]]));
}
