// examples/guide/orders.ts
import { z } from 'zod';
import { task } from '#src/taskkit/index.js';

export const readOrder = task(
  'examples.orders.read_order',
  { orderId: z.number() },
  { returns: { orderId: z.number(), customerId: z.number(), total: z.number() } },
);
export const charge = task(
  'examples.orders.charge',
  { orderId: z.number(), total: z.number(), currency: z.string() },
  { returns: { orderId: z.number(), paymentId: z.string() }, queue: 'payments' },
);
export const priceOf = task('examples.orders.price_of', { sku: z.string() }, { returns: { price: z.number() } });
export const addUp = task(
  'examples.orders.add_up',
  { results: z.array(z.object({ price: z.number() })) },
  { returns: { total: z.number() } },
);
export const tellStaff = task(
  'examples.orders.tell_staff',
  { taskId: z.string(), code: z.string(), message: z.string() },
  { returns: {} },
);
export const priceAll = task(
  'examples.orders.price_all',
  { skus: z.array(z.string()) },
  { returns: { total: z.number(), failed: z.number() } },
);
