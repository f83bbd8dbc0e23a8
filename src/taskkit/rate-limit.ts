import { coded } from '../errors.js';

const unit = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** The time between two starts that a rate such as '10/s', '100/m', '1000/h' or '5' (a second) leaves, in milliseconds. */
export function rateInterval(name: string, rate: string): number {
  const [, count, per = 's'] = /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(rate) ?? [];
  if (!count || Number(count) === 0) {
    throw coded('TASK_OPTIONS_INVALID', { name, problems: `rateLimit is "${rate}", not a rate such as 10/s, 100/m or 1000/h` });
  }
  return unit[per as keyof typeof unit] / Number(count);
}

/**
 * Spreads the starts of a task evenly, as Celery does: per worker, without bursts. A task that must wait is given its own
 * place, so that a thousand of them are asked twice each, not again and again.
 */
export function createRateLimiter(): {
  /** How many milliseconds the task has to wait before it may start; 0 when it may start now. */
  wait(name: string, id: string, interval: number, now: number): number;
  /** Takes all places of a task back, because its rate has changed. Returns the ids of those that had one. */
  clear(name: string): string[];
} {
  const nextFree = new Map<string, number>();
  const places = new Map<string, { name: string; time: number }>();
  return {
    wait(name, id, interval, now) {
      const place = places.get(id)?.time ?? Math.max(now, nextFree.get(name) ?? 0);
      if (!places.has(id)) nextFree.set(name, place + interval);
      // A timer may wake a task a little early.
      if (place <= now + 5) {
        places.delete(id);
        return 0;
      }
      places.set(id, { name, time: place });
      return place - now;
    },
    clear(name) {
      nextFree.delete(name);
      const waiting = [...places].flatMap(([id, place]) => (place.name === name ? [id] : []));
      for (const id of waiting) places.delete(id);
      return waiting;
    },
  };
}
