import { expect, it } from 'vitest';
import { chaosSeed, runChaos } from '../support/chaos-run.mjs';
import { brokerKinds } from '../support/kit.js';

// To run one again: `CHAOS_SEED=7 npm test -- test/e2e/chaos.test.ts`.
const seed = chaosSeed();

it.each(brokerKinds)(
  `with seed ${seed}, workers are killed and servers restarted on %s: each task ends as planned, each effect happens once`,
  { timeout: 180_000 },
  async (kind) => {
    const { figures, problems, lines } = await runChaos({ kind, seed, tasks: 600, seconds: 20 });
    process.stdout.write(`chaos on ${kind}: ${JSON.stringify(figures)}\n`);
    expect(problems, lines.slice(-100).join('\n')).toEqual([]);
    expect(figures.tasks).toBeGreaterThanOrEqual(600);
    // It was chaos: workers died over their tasks, and others took them back.
    expect(figures.workersKilled).toBeGreaterThan(3);
    expect(figures.takenBack).toBeGreaterThan(0);
    // Very few had the bad luck to lose three workers, after which a task is put aside.
    expect(figures.poisoned).toBeLessThan(10);
  },
);
