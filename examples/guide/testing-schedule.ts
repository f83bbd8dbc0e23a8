// examples/guide/testing-schedule.ts
import { expect, it } from 'vitest';
import { crontab, resolveSchedule } from '#src/taskkit/index.js';
import { reconcileSchedule, testKit, tick } from '#src/taskkit/testing/index.js';
import { priceAll } from './orders.js';

it('prices everything at six o’clock', async () => {
  const kit = testKit();
  const schedule = { 'price-all': { task: priceAll, schedule: crontab({ hour: 6, minute: 0 }), args: { skus: ['pen'] } } };
  const entries = resolveSchedule(schedule, 'Europe/Berlin');
  const store = kit.beatStore();

  await reconcileSchedule(entries, store, new Date('2026-11-22T12:00:00Z'));
  await tick(entries, store, new Date('2026-11-23T04:59:59Z'));
  kit.refuteEnqueued(priceAll);
  await tick(entries, store, new Date('2026-11-23T05:00:00Z'));
  expect(kit.assertEnqueued(priceAll, { skus: ['pen'] })).toMatchObject({ id: 'beat-price-all-20261123T050000Z' });
  kit.close();
});
