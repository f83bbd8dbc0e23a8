/** Celery's `broker_transport_options` and `result_backend_transport_options`, as far as they change what lies where. */
export interface TransportOptions {
  /** What every key of the broker begins with. */
  globalKeyprefix: string;
  /** Between a queue's name and a priority. */
  sep: string;
  prioritySteps: readonly number[];
  /** After how many seconds a message that nobody acknowledged is delivered again. */
  visibilityTimeout: number;
}

export const defaultTransport: TransportOptions = {
  globalKeyprefix: '',
  sep: '\x06\x16',
  prioritySteps: [0, 3, 6, 9],
  visibilityTimeout: 3600,
};

/** The names of keys in Celery's broker. Ours begin with `journeyman.celery`. */
export interface BrokerKeys {
  /** The list of a queue that holds messages of a priority. */
  queue(name: string, priority?: number): string;
  /** All lists of these queues, in the order they are read: by priority, then by queue. */
  lists(queues: readonly string[]): { queue: string; key: string }[];
  binding(exchange: string): string;
  bindingOf(queue: string): string;
  /** The queue of a binding, if it is one for this routing key. */
  boundQueue(binding: string, routingKey: string): string | undefined;
  /** The channel of an exchange whose messages go to all, in the database with this number. */
  fanout(database: number, exchange: string, routingKey?: string): string;
  unacked: string;
  unackedIndex: string;
  mutex: string;
  /** Messages that could not be read, as JSON with the reason. */
  malformed: string;
  malformedCount: string;
  /** The bridges that run, with the time each was last heard of. */
  bridges: string;
  /** There when what follows a task has been sent. */
  sent(id: string): string;
}

export function brokerKeys({ globalKeyprefix: prefix, sep, prioritySteps }: TransportOptions): BrokerKeys {
  const steps = [...prioritySteps].sort((one, other) => one - other);
  const listOf = (name: string, step: number) => `${prefix}${name}${step === 0 ? '' : `${sep}${step}`}`;
  return {
    queue: (name, priority = 0) => listOf(name, steps.findLast((step) => step <= priority) ?? steps[0] ?? 0),
    lists: (queues) => steps.flatMap((step) => queues.map((queue) => ({ queue, key: listOf(queue, step) }))),
    binding: (exchange) => `${prefix}_kombu.binding.${exchange}`,
    bindingOf: (queue) => [queue, '', queue].join(sep),
    boundQueue: (binding, routingKey) => (binding.startsWith(`${routingKey}${sep}`) ? binding.split(sep).at(-1) : undefined),
    fanout: (database, exchange, routingKey) =>
      `${prefix}/${database}.${exchange}${routingKey === undefined ? '' : `/${routingKey}`}`,
    unacked: `${prefix}unacked`,
    unackedIndex: `${prefix}unacked_index`,
    mutex: `${prefix}unacked_mutex`,
    malformed: `${prefix}journeyman.celery.malformed`,
    malformedCount: `${prefix}journeyman.celery.malformed.count`,
    bridges: `${prefix}journeyman.celery.bridges`,
    sent: (id) => `${prefix}journeyman.celery.sent.${id}`,
  };
}

/** The names of keys in Celery's result backend. */
export interface ResultKeys {
  task(id: string): string;
  group(id: string, part?: '.j' | '.s' | '.t'): string;
}

export function resultKeys({ globalKeyprefix }: Pick<TransportOptions, 'globalKeyprefix'>): ResultKeys {
  // Celery puts an underscore between, unless the prefix ends with something like it.
  const prefix = globalKeyprefix && !/[:_.-]$/.test(globalKeyprefix) ? `${globalKeyprefix}_` : globalKeyprefix;
  return {
    task: (id) => `${prefix}celery-task-meta-${id}`,
    group: (id, part = '' as never) => `${prefix}celery-taskset-meta-${id}${part}`,
  };
}
