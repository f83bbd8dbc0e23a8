import { celeryTasks, findRoute, registeredTasks, type TaskRoutes } from '../taskkit/index.js';

/** Where tasks live: what is needed to send one on. */
export interface Routing {
  routes: TaskRoutes;
  /** The queue of a task that names none, in our broker. */
  defaultQueue: string;
  /** The queues in Celery's Redis that the bridge takes from. */
  bridgeQueues: readonly string[];
  /** The queues in Celery's Redis that Python workers serve. A task that is routed there lives there. */
  pythonQueues: readonly string[];
}

/**
 * Who runs a task: our workers, a Python worker that serves a queue, or nobody that is known.
 *
 * @param queue The queue that the call itself names.
 */
export function destinationOf(
  task: string,
  queue: string | undefined,
  { routes, bridgeQueues, pythonQueues }: Routing,
): 'ours' | 'nobody' | { queue: string } {
  const python = celeryTasks().get(task);
  const wanted = queue ?? findRoute(task, routes)?.queue ?? python?.options.queue;
  if (wanted !== undefined && (python || pythonQueues.includes(wanted))) return { queue: wanted };
  if (registeredTasks().has(task)) return 'ours';
  return wanted === undefined || bridgeQueues.includes(wanted) ? 'nobody' : { queue: wanted };
}
