import { describe, expect, it } from 'vitest';
import { ActiveRun, ActiveRuns } from '#src/taskkit/broker/active-runs.js';
import type { RunEnvironment } from '#src/taskkit/broker/environment.js';
import { mapTask } from '#src/taskkit/canvas/plan.js';
import { handle, task } from '#src/taskkit/index.js';
import { runHandler } from '#src/taskkit/run.js';
import { memoryLog } from '../support/kit.js';

const look = task('tests.runs.look', {}, { returns: {} });

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

describe('what a handler is told of its run', () => {
  it('can be copied and handed on', async () => {
    const job = { id: 'a', name: look.taskName, queueName: 'celery', attemptsMade: 2, data: {} } as ActiveRun['job'];
    const run = new ActiveRun(job, undefined, environment);
    let copy: object = {};
    const handler = handle(look, async (_, context) => {
      copy = { ...context };
      return {};
    });
    await runHandler(handler, {}, run, {});
    const { retry, progress, group, log } = run;
    expect(copy).toMatchObject({
      id: 'a',
      name: look.taskName,
      queue: 'celery',
      retries: 2,
      maxRetries: 3,
      retry,
      progress,
      group,
      log,
    });
  });

  it('is there for a map whose message has no arguments', () => {
    const run = new ActiveRun({ id: 'a', name: mapTask, data: {} } as ActiveRun['job'], undefined, environment);
    expect(run.handlerName).toBe('undefined');
  });
});
