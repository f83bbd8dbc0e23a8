// examples/guide/chunks.ts
import { chunks, map } from '#src/taskkit/index.js';
import { priceOf } from './orders.js';

export async function pricesInChunks(skus: string[]) {
  const calls = skus.map((sku) => ({ sku }));
  const result = await chunks(priceOf, calls, 100).applyAsync();
  return (await result.join({ timeout: 60 })).flat();
}

export async function pricesInOneTask(skus: string[]) {
  const result = await map(
    priceOf,
    skus.map((sku) => ({ sku })),
  ).applyAsync();
  return result.get({ timeout: 60 });
}
