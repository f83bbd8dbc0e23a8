// examples/guide/handlers.ts
import { type Handler, handle } from '#src/taskkit/index.js';
import { addUp, priceAll, priceOf } from './orders.js';

const prices: Record<string, number> = { pen: 2, paper: 5 };

export const priceHandlers: Handler[] = [
  handle(priceOf, async ({ sku }) => {
    const price = prices[sku];
    if (price === undefined) throw new Error(`${sku} has no price yet`);
    return { price };
  }),
  handle(addUp, async ({ results }) => ({ total: results.reduce((total, { price }) => total + price, 0) })),
  handle(priceAll, async ({ skus }, context) => {
    const outcomes = await context.group(async () => skus.map((sku) => priceOf.s({ sku })));
    const found = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result as { price: number }] : []));
    return { total: found.reduce((total, { price }) => total + price, 0), failed: outcomes.length - found.length };
  }),
];
