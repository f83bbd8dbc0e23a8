/** Lamport's logical clock, by which Celery orders what it hears from several processes. */
export interface LogicalClock {
  value(): number;
  /** Counts a message that is sent. Returns the time it is sent at. */
  forward(): number;
  /** Counts a message that was received, with the time it was sent at. */
  adjust(other: unknown): void;
}

export function createClock(): LogicalClock {
  let time = 0;
  return {
    value: () => time,
    forward: () => ++time,
    adjust(other) {
      time = Math.max(time, typeof other === 'number' && Number.isSafeInteger(other) ? other : 0) + 1;
    },
  };
}
