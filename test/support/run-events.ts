import type { RunEvent } from '#src/taskkit/index.js';

interface GivenEvent extends Partial<Omit<RunEvent, 'at' | 'enqueuedAt' | 'startedAt'>> {
  /** Milliseconds after the base; so are the other times. */
  at?: number;
  enqueuedAt?: number;
  startedAt?: number;
}

/** Makes events as a worker would tell them, at times counted from a base. */
export function runEvents(base = new Date('2026-03-01T12:00:00Z')) {
  const time = (milliseconds: number) => new Date(base.getTime() + milliseconds);
  const event = ({ at = 0, enqueuedAt = 0, startedAt = 0, ...given }: GivenEvent = {}): RunEvent => ({
    type: 'started',
    id: 'a',
    name: 'tests.work',
    queue: 'celery',
    args: { userId: 7 },
    worker: 'one',
    retries: 0,
    at: time(at),
    enqueuedAt: time(enqueuedAt),
    startedAt: time(startedAt),
    ...given,
  });
  /** A task that is handed back once, retried once, and then succeeds, on two workers. */
  const life = (id: string): RunEvent[] => [
    event({ id, startedAt: 10, at: 10 }),
    event({ id, type: 'returned', startedAt: 10, at: 20 }),
    event({ id, worker: 'two', startedAt: 30, at: 30 }),
    event({
      id,
      worker: 'two',
      type: 'retried',
      startedAt: 30,
      at: 40,
      error: { code: 'ECONNRESET', message: 'connection reset' },
    }),
    event({ id, retries: 1, startedAt: 1050, at: 1050 }),
    event({ id, retries: 1, type: 'succeeded', startedAt: 1050, at: 1100, result: { done: true } }),
  ];
  return { event, life, time };
}
