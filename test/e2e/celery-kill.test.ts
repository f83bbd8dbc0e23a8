import { expect, it } from 'vitest';
import { isLong, runCeleryChaos } from '../support/celery/chaos-run.js';
import { celeryInstalled } from '../support/celery/python.js';
import { chaosSeed } from '../support/chaos-run.mjs';
import { redisInstalled } from '../support/redis.mjs';

// To run one again: `CHAOS_SEED=7 npm test -- test/e2e/celery-kill.test.ts`. With CHAOS_LONG=1 it is some 5,000 messages.
const seed = chaosSeed();
const size = isLong ? { calls: 2200, seconds: 40, killEvery: 1 } : { calls: 260, seconds: 6, killEvery: 0.8 };

it.skipIf(!celeryInstalled || !redisInstalled)(
  `with seed ${seed}, bridges and workers are killed: each of Celery's tasks has its result, each effect happens once`,
  { timeout: 400_000 },
  async () => {
    const { figures, problems, lines } = await runCeleryChaos({ seed, ...size });
    process.stdout.write(`Celery's chaos: ${JSON.stringify(figures)}\n`);
    expect(problems, lines.slice(-100).join('\n')).toEqual([]);
    expect(figures.messages).toBeGreaterThan(2 * size.calls);
    expect(figures.workersKilled).toBeGreaterThan(2);
    // Very few had the bad luck to lose three workers, after which a task is put aside.
    expect(figures.lostTooOften).toBeLessThan(10);
  },
);
