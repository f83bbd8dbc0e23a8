import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Handler, handle, task } from '#src/taskkit/index.js';

/** Values that are no objects, as Python's tasks may return them. */
const plain = (value: unknown) => value as Record<string, never>;

const add = task('demo.add', { a: z.number(), b: z.number() }, { returns: {} });
const total = task('demo.total', { results: z.array(z.number()) }, { returns: {} });
const fail = task('demo.fail', { message: z.string().default('it broke') }, { maxRetries: 0, returns: {} });
const slow = task('demo.slow', { seconds: z.number() }, { maxRetries: 0, returns: {} });
const report = task('demo.report', { steps: z.number() }, { returns: {} });
const recover = task('demo.recover', { failures: z.number() }, { maxRetries: 2, returns: {} });
const note = task('demo.note', { taskId: z.string() }, { returns: {} });
const echo = task('demo.echo', { value: z.unknown() }, { returns: {} });
const ids = task(
  'demo.ids',
  { userId: z.number(), limit: z.number().default(10) },
  { returns: { user_id: z.number(), limit: z.number() } },
);

/** The twins of the tasks under `demo.` in celery_app.py. `noted` gets what their `note` writes down. */
export function demoHandlers(noted: string[]): Handler[] {
  return [
    handle(add, async ({ a, b }) => plain(a + b)),
    handle(total, async ({ results }) => plain(results.reduce((sum, value) => sum + value, 0))),
    handle(fail, async ({ message }) => {
      throw new RangeError(message);
    }),
    handle(slow, async ({ seconds }, { signal }) => {
      await sleep(seconds * 1000, undefined, { signal });
      return plain(seconds);
    }),
    handle(report, async ({ steps }, { progress }) => {
      for (let step = 1; step <= steps; step++) {
        await progress({ current: step, total: steps });
        await sleep(200);
      }
      return plain(steps);
    }),
    handle(recover, async ({ failures }, { retries, retry }) => {
      if (retries < failures) retry({ countdown: 0.2, error: new Error('net down') });
      return plain(retries);
    }),
    handle(note, async ({ taskId }) => {
      noted.push(taskId);
      return {};
    }),
    handle(echo, async ({ value }) => plain(value)),
    handle(ids, async ({ userId, limit }) => ({ user_id: userId, limit: limit ?? 10 })),
  ];
}
