import type { TaskOptions } from './types.js';

/** Where tasks go, by name: exact names first, then patterns with `*` in the order given, as Celery's task_routes. */
export type TaskRoutes = Record<string, string | { queue: string; priority?: number | undefined }>;

const pattern = (glob: string) => new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`);

/** The name or pattern of the route for a task's name, or undefined when none fits. */
export const findRouteKey = (name: string, routes: TaskRoutes): string | undefined =>
  Object.hasOwn(routes, name) ? name : Object.keys(routes).find((glob) => glob.includes('*') && pattern(glob).test(name));

/** The route for a task's name, or undefined when none fits. */
export function findRoute(name: string, routes: TaskRoutes): { queue: string; priority?: number | undefined } | undefined {
  const key = findRouteKey(name, routes);
  const route = key === undefined ? undefined : routes[key];
  return typeof route === 'string' ? { queue: route } : route;
}

/** The queue of a task: that of its route, else its own, else the default one. */
export const queueOfTask = (
  { taskName, options }: { taskName: string; options: Pick<TaskOptions, 'queue'> },
  { routes, defaultQueue }: { routes: TaskRoutes; defaultQueue: string },
): string => findRoute(taskName, routes)?.queue ?? options.queue ?? defaultQueue;
