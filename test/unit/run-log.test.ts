import { expect, it } from 'vitest';
import { RunLog } from '#src/taskkit/broker/run-log.js';
import { memoryLog } from '../support/kit.js';

it("a run's log passes every line on, and keeps the last ones within bounds", () => {
  const log = memoryLog();
  const run = new RunLog(log);
  expect(run.lines).toBeUndefined();
  run.debug({}, 'debug');
  expect(run.lines).toBeUndefined();
  for (let line = 1; line <= 150; line++) run.info({}, `line ${line}`);
  expect(run.lines).toHaveLength(100);
  expect(run.lines![0]!.message).toBe('line 51');
  run.error({}, `a NUL \0 and ${'x'.repeat(5000)}`);
  expect(run.lines!.at(-1)).toEqual({
    at: expect.any(Number),
    level: 'error',
    message: expect.stringMatching(/^a NUL \ufffd and x{1988}$/),
  });
  for (let line = 0; line < 20; line++) run.warn({}, 'y'.repeat(2000));
  expect(run.lines).toHaveLength(8);
  expect(log.lines).toHaveLength(172);
});
