// examples/guide/chord.ts
import { chord } from '#src/taskkit/index.js';
import { addUp, priceOf } from './orders.js';

export async function totalOf(skus: string[]): Promise<number> {
  const header = skus.map((sku) => priceOf.s({ sku }));
  const result = await chord(header, addUp.s()).applyAsync();
  return (await result.get({ timeout: 30 })).total;
}
