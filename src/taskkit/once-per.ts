import type { ApplyAsyncOptions } from './types.js';

/**
 * Options of a call, by which all calls of the same `name` within a window of so many seconds are one task. It runs when the next
 * window is over too: the transactions of the last of these calls have long ended then.
 */
export function oncePer(seconds: number, name: string, now: Date): Required<Pick<ApplyAsyncOptions, 'taskId' | 'eta'>> {
  const window = seconds * 1000;
  const current = Math.floor(now.getTime() / window);
  return { taskId: `${name}-${current}`, eta: new Date((current + 2) * window) };
}
