import { expect, it } from 'vitest';
import { z } from 'zod';
import { checkCallQueues, routesToPython } from '#src/celery/index.js';
import { celeryTask, task } from '#src/taskkit/index.js';

const routing = { defaultQueue: 'celery', bridgeQueues: ['celery'], pythonQueues: ['python', 'reports'] };
const problems = (routes: Record<string, string>) => routesToPython({ ...routing, routes }).map(({ message }) => message);

task('shop.charge', { orderId: z.number() }, { returns: {} });
task('shop.refund', { orderId: z.number() }, { queue: 'money', returns: {} });
for (const number of [1, 2, 3, 4, 5, 6, 7]) task(`many.number${number}`, {}, { returns: {} });
celeryTask('billing.render', {}, { queue: 'django', returns: z.null() });

it('names the tasks of ours that a route sends to Python workers, and the route', () => {
  const [problem, ...others] = problems({ 'shop.charge': 'python', 'shop.*': 'money', 'billing.*': 'python' });
  expect(problem).toMatch(/sends shop\.charge to the queue "python" of Python workers by "shop\.charge"/);
  expect(others).toEqual([]);
  expect(problems({ 'shop.*': 'python' })).toEqual([expect.stringContaining('shop.charge, shop.refund to')]);
  expect(problems({ 'shop.charge': 'python', 'shop.*': 'reports' })).toHaveLength(2);
});

it('names only some of many tasks', () => {
  expect(problems({ 'many.*': 'python' })).toEqual([expect.stringMatching(/many\.number5 and 2 more to the queue "python"/)]);
});

it('has nothing to say where our tasks go to queues of ours', () => {
  expect(problems({})).toEqual([]);
  expect(problems({ 'shop.*': 'money', '*': 'rest' })).toEqual([]);
});

it('refuses a queue that calls of Python’s tasks share with tasks of ours, which would fail there', () => {
  const check = (routes: Record<string, string>, defaultQueue = 'celery') => checkCallQueues({ routes, defaultQueue });
  expect(() => check({})).not.toThrow();
  expect(() => check({ 'shop.*': 'python' })).not.toThrow();
  expect(() => check({ 'shop.refund': 'django' })).toThrow(
    expect.objectContaining({
      code: 'TASK_QUEUE_CALLS_PYTHON',
      message: expect.stringMatching(
        /shop\.refund goes to the queue "django" \(by "shop\.refund" of CELERY_TASK_ROUTES\).*billing\.render/,
      ),
    }),
  );
  expect(() => check({}, 'django')).toThrow(/shop\.charge goes to the queue "django" \(no route/);
  expect(() => check({ 'billing.*': 'money' })).toThrow(/shop\.refund goes to the queue "money"/);
});
