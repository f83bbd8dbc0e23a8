import { expect, it } from 'vitest';
import * as tasks from '#src/tasks/analytics.js';

const { cacheUserAnalyticsChunk, ...called } = tasks;

it.each(Object.values(called).map((task) => [task.taskName, task] as const))(
  '%s is one task while it waits or runs',
  (_, task) => {
    expect(task.options.unique).toBe(true);
  },
);

it('a chunk of a batch is only ever enqueued by the batch, which is one already', () => {
  expect(Object.keys(called)).toHaveLength(7);
  expect(cacheUserAnalyticsChunk.options.unique).toBeUndefined();
});
