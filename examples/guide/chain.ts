// examples/guide/chain.ts
import { chain } from '#src/taskkit/index.js';
import { charge, readOrder } from './orders.js';

export async function chargeOrder(orderId: number): Promise<string> {
  const result = await chain(readOrder.s({ orderId }), charge.s({ currency: 'EUR' })).applyAsync();
  const { paymentId } = await result.get({ timeout: 30 });
  return paymentId;
}
