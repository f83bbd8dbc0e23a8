// examples/guide/group.ts
import { chain, group } from '#src/taskkit/index.js';
import { addUp, priceOf } from './orders.js';

export async function priceBoth() {
  const result = await group(priceOf.s({ sku: 'pen' }), priceOf.s({ sku: 'paper' })).applyAsync();
  const [pen, paper] = await result.join({ timeout: 30 });
  const { succeeded } = await result.progress();
  return { price: pen.price + paper.price, succeeded };
}

export async function priceWhatWorks(skus: string[]) {
  const result = await group(...skus.map((sku) => priceOf.s({ sku }))).applyAsync();
  const outcomes = await result.outcomes({ timeout: 30 });
  return outcomes.map((outcome) => ('result' in outcome ? outcome.result : outcome.error.code));
}

export const priceThenAddUp = (skus: string[]) => chain(group(...skus.map((sku) => priceOf.s({ sku }))), addUp.s()).applyAsync();
