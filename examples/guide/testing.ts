// examples/guide/testing.ts
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TestKit, testKit } from '#src/taskkit/testing/index.js';
import { chargeAndTell } from './callbacks.js';
import { priceHandlers } from './handlers.js';
import { charge, priceAll, priceOf, readOrder } from './orders.js';
import { GatewayBusy, refund, refundHandler } from './retries.js';

let kit: TestKit;
beforeEach(() => {
  kit = testKit({ handlers: priceHandlers });
});
afterEach(() => kit.close());

it('charges an order once it has been read', async () => {
  await chargeAndTell(7);
  kit.assertEnqueued(readOrder, { orderId: 7 });
  kit.assertEnqueued(charge, { currency: 'EUR' }, { queue: 'payments', countdown: 5 });
  kit.refuteEnqueued(refund);
});

it('waits as long as the gateway asks', async () => {
  const busy = refundHandler(async () => {
    throw new GatewayBusy(90);
  });
  const run = await kit.performTask(busy, { paymentId: 'p-1' });
  expect(run).toMatchObject({ error: expect.any(GatewayBusy), final: false, countdown: 90 });
  expect(await kit.performTask(busy, { paymentId: 'p-1' }, { retries: 5 })).toMatchObject({ final: true });
});

it('adds up what has a price', async () => {
  const { members } = await kit.performTask(priceAll, { skus: ['pen', 'sofa'] });
  expect(members).toHaveLength(2);
  const result = await priceAll.delay({ skus: ['pen', 'sofa'] });
  expect(await kit.drain()).toMatchObject({ succeeded: 2, failed: 1 });
  expect(await result.get()).toEqual({ total: 2, failed: 1 });
});

it('enqueues what was left in a transaction when it commits', async () => {
  await kit.transaction(async (transaction) => {
    await refund.delayOnCommit(transaction, { paymentId: 'p-1' });
    kit.refuteEnqueued(refund);
  });
  kit.assertEnqueued(refund, { paymentId: 'p-1' });
});

it('runs at once when it is told to', async () => {
  kit = testKit({ handlers: priceHandlers, inline: true });
  const result = await priceOf.delay({ sku: 'pen' });
  expect(await result.get()).toEqual({ price: 2 });
});
