import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Lets at most `perSecond` callers begin in any second; the others wait in order. Whoever gives up, by `signal`, has used up a turn.
 */
export function createPace(perSecond: number): (signal: AbortSignal) => Promise<void> {
  /** When those of the last second began or will begin, in milliseconds. */
  const turns: number[] = [];
  return async (signal) => {
    const now = performance.now();
    const turn = turns.length < perSecond ? now : Math.max(now, turns.shift()! + 1000);
    turns.push(turn);
    if (turn > now) await sleep(Math.ceil(turn - now), undefined, { signal });
  };
}
