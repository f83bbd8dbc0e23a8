import { coded, type JourneymanError } from '../errors.js';
import { celeryTasks, findRouteKey, queueOfTask, registeredTasks } from '../taskkit/index.js';
import type { Routing } from './destination.js';

/** How many tasks a warning names. */
const named = 5;

const ownTasks = () => [...registeredTasks().values()].filter(({ taskName }) => !celeryTasks().has(taskName));

const listed = (names: string[]) =>
  names.length > named ? `${names.slice(0, named).join(', ')} and ${names.length - named} more` : names.join(', ');

/**
 * Tells of each route that sends tasks of ours to a queue of Python workers. That is how tasks move one by one, but it holds
 * for calls from Celery only: our own callers enqueue in our broker, where no Python worker looks.
 */
export function routesToPython({ routes, defaultQueue, pythonQueues }: Routing): JourneymanError[] {
  const byRoute = new Map<string, { queue: string; names: string[] }>();
  for (const task of ownTasks()) {
    const route = findRouteKey(task.taskName, routes);
    const queue = queueOfTask(task, { routes, defaultQueue });
    if (route === undefined || !pythonQueues.includes(queue)) continue;
    const { names } = byRoute.get(route) ?? { names: [] };
    byRoute.set(route, { queue, names: [...names, task.taskName] });
  }
  return [...byRoute].map(([route, { queue, names }]) => coded('TASK_ROUTED_TO_PYTHON', { tasks: listed(names), queue, route }));
}

/** Checks that no task of ours goes to a queue whose tasks are called in Python. Throws TASK_QUEUE_CALLS_PYTHON. */
export function checkCallQueues(routing: Pick<Routing, 'routes' | 'defaultQueue'>): void {
  const calls = new Map([...celeryTasks().values()].map((task) => [queueOfTask(task, routing), task.taskName]));
  for (const task of ownTasks()) {
    const name = task.taskName;
    const queue = queueOfTask(task, routing);
    const call = calls.get(queue);
    if (call === undefined) continue;
    const route = findRouteKey(name, routing.routes);
    const cause = route === undefined ? 'no route of CELERY_TASK_ROUTES fits it' : `by "${route}" of CELERY_TASK_ROUTES`;
    throw coded('TASK_QUEUE_CALLS_PYTHON', { name, queue, call, cause });
  }
}
