import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handle } from '#src/taskkit/index.js';
import { type TestKit, testKit } from '#src/taskkit/testing/index.js';
import { chargeAndTell, readThenCharge } from '../../examples/guide/callbacks.js';
import { chargeOrder } from '../../examples/guide/chain.js';
import { totalOf } from '../../examples/guide/chord.js';
import { pricesInChunks, pricesInOneTask } from '../../examples/guide/chunks.js';
import { priceBoth, priceThenAddUp, priceWhatWorks } from '../../examples/guide/group.js';
import { priceHandlers } from '../../examples/guide/handlers.js';
import { charge, priceAll, readOrder, tellStaff } from '../../examples/guide/orders.js';
// The tests that the guide shows are run as they stand.
import '../../examples/guide/testing.js';
import '../../examples/guide/testing-schedule.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe.each(['canvas', 'testing', 'workers-and-retries', 'from-celery'])('the guide %s', (name) => {
  const page = readFileSync(path.join(root, `docs/guide/${name}.md`), 'utf8');
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block!);

  it('shows examples as they are tried here', () => {
    expect(blocks).not.toHaveLength(0);
    for (const block of blocks) {
      const [, file] = /^\/\/ (examples\/guide\/[\w-]+\.ts)\n/.exec(block) ?? [];
      expect(file, `the block names its file: ${block.slice(0, 80)}`).toBeDefined();
      expect(block).toBe(readFileSync(path.join(root, file!), 'utf8'));
    }
  });
});

describe('the examples of the guides', () => {
  let kit: TestKit;
  let refused = false;
  const orderHandlers = [
    handle(readOrder, async ({ orderId }) => ({ orderId, customerId: 1, total: 12 })),
    handle(charge, async ({ orderId, total, currency }) => {
      if (refused) throw new TypeError('refused');
      return { orderId, paymentId: `${total} ${currency}` };
    }),
    handle(tellStaff, async () => ({})),
  ];
  beforeEach(() => {
    refused = false;
    kit = testKit({ handlers: [...priceHandlers, ...orderHandlers], inline: true });
  });
  afterEach(() => kit.close());

  it('a chain', async () => {
    expect(await chargeOrder(7)).toBe('12 EUR');
  });

  it('groups', async () => {
    expect(await priceBoth()).toEqual({ price: 7, succeeded: 2 });
    expect(await priceWhatWorks(['pen', 'sofa'])).toEqual([{ price: 2 }, 'Error']);
    expect(await (await priceThenAddUp(['pen', 'paper'])).get()).toEqual({ total: 7 });
  });

  it('a chord', async () => {
    expect(await totalOf(['pen', 'paper', 'paper'])).toBe(12);
  });

  it('chunks and a map', async () => {
    expect(await pricesInChunks(['pen', 'paper'])).toEqual([{ price: 2 }, { price: 5 }]);
    expect(await pricesInOneTask(['pen', 'paper'])).toEqual([{ price: 2 }, { price: 5 }]);
  });

  it('callbacks', async () => {
    await readThenCharge();
    expect(kit.assertEnqueued(charge, { orderId: 1, total: 12 })).toMatchObject({ status: 'SUCCESS' });
    refused = true;
    const { id } = await chargeAndTell(1);
    kit.assertEnqueued(tellStaff, { taskId: id, code: 'TypeError' });
  });

  it('a group that a task waits for', async () => {
    expect(await (await priceAll.delay({ skus: ['pen', 'sofa', 'paper'] })).get()).toEqual({ total: 7, failed: 1 });
  });
});
