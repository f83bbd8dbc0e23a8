import { z } from 'zod';

/** A row's id, as every task takes it. */
export const id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
