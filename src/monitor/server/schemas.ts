import { z } from 'zod';
import { isQueueName } from '../../taskkit/index.js';

/** A text that PostgreSQL can take. */
export const plainText = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[^\0]*$/, 'must not have a NUL in it');

/** How far back figures go. */
export const windowQuery = z.object({ window: z.enum(['1h', '6h', '1d', '7d']).default('1d') });

/** A name or an id in a path. */
export const nameParams = z.object({ name: plainText(300).min(1) });
export const taskIdParams = z.object({ id: plainText(300).min(1) });

/** The body of an action that takes nothing. */
export const noBody = z.strictObject({});

export const queueName = z.string().refine(isQueueName, 'must be 1 to 100 letters, digits, ".", "_" and "-"');

/** Which page of a list; pages count from 1. */
export const pageQuery = {
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(50),
};
