import { expect, it } from 'vitest';
import { knownQueues } from '#src/services.js';
import { resolveSettings } from '#src/settings.js';
import '#src/tasks/index.js';

const all = ['achievement', 'analytics', 'celery', 'email', 'notification', 'recommendation', 'resume'];
const queues = (file: Record<string, string>) => knownQueues(resolveSettings({ file }));

it('are those that the tasks name, and the default one', () => {
  expect(queues({})).toEqual(all);
  expect(queues({ CELERY_TASK_DEFAULT_QUEUE: 'other' })).toContain('other');
});

it('are those of the routes instead', () => {
  expect(queues({ CELERY_TASK_ROUTES: '{"*": "one"}' })).toEqual(['celery', 'one']);
});

it('are the tasks’ own besides where a route sends them to Python, so that what waits in those still runs', () => {
  const moved = { CELERY_TASK_ROUTES: '{"tasks.*": "python"}' };
  expect(queues({ ...moved, CELERY_BRIDGE_PYTHON_QUEUES: 'django,python' })).toEqual([...all, 'python'].sort());
  expect(queues(moved)).toEqual(['celery', 'python']);
});
