import { describe, expect, it } from 'vitest';
import { ActiveRun, ActiveRuns } from '#src/taskkit/broker/active-runs.js';
import type { RunEnvironment } from '#src/taskkit/broker/environment.js';
import { memoryLog } from '../support/kit.js';

const environment = { options: { log: memoryLog() } } as unknown as RunEnvironment;
const runOf = (id: string) => new ActiveRun({ id } as ActiveRun['job'], undefined, environment);

describe('the runs of a worker', () => {
  it('are those that were added and have not ended, in whatever order they end', () => {
    const runs = new ActiveRuns();
    const expected = new Set<ActiveRun>();
    for (let step = 0; step < 2000; step++) {
      if (step % 3 < 2) {
        const run = runOf(`run-${step}`);
        runs.add(run);
        expected.add(run);
      } else {
        const [...left] = expected;
        const ended = left[(step * 7919) % left.length]!;
        runs.delete(ended);
        expected.delete(ended);
        expect(runs.find(ended.id)).toBeUndefined();
      }
      expect(runs.size).toBe(expected.size);
    }
    expect(new Set(runs.all())).toEqual(expected);
    for (const run of expected) expect(runs.find(run.id)).toBe(run);
    for (const run of expected) runs.delete(run);
    expect(runs.all()).toEqual([]);
  });

  it('can be ended while one goes through them', () => {
    const runs = new ActiveRuns();
    for (const id of ['a', 'b', 'c']) runs.add(runOf(id));
    for (const run of runs.all()) runs.delete(run);
    expect(runs.size).toBe(0);
  });
});
