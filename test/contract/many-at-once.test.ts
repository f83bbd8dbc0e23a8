import { expect, it } from 'vitest';
import { handle, task } from '#src/taskkit/index.js';
import { brokerKinds, openKit, until } from '../support/kit.js';

const counted = task('tests.many.counted', {}, { returns: {} });

it.each(brokerKinds)('a worker that takes long to fetch many tasks loses none of them on %s', async (kind) => {
  const kit = await openKit(kind);
  const many = 420;
  let runs = 0;
  let firstRun = 0;
  // Each fetch takes a turn of a busy process, so that the last one comes long after the first one's lock would have run out.
  const busy = setInterval(() => {
    const end = Date.now() + 15;
    while (runs === 0 && Date.now() < end);
  });
  try {
    for (let n = 0; n < many; n++) await counted.delay({});
    const started = Date.now();
    await kit.startWorker(
      [
        handle(counted, async () => {
          firstRun ||= Date.now() - started;
          runs++;
          return {};
        }),
      ],
      { concurrency: many },
    );
    await until(async () => runs >= many && (await kit.broker.counts()).every(({ waiting, active }) => waiting + active === 0));
    expect(firstRun).toBeGreaterThan(6000);
    expect(runs).toBe(many);
    expect(kit.log.lines.filter((line) => line.includes('taken back'))).toEqual([]);
  } finally {
    clearInterval(busy);
    await kit.close();
  }
});
