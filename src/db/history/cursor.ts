import { z } from 'zod';
import { coded } from '../../errors.js';

/** The place of a run in an order: its value there, when it was enqueued, and its id. */
export interface Place {
  /** Of times milliseconds since 1970. */
  value: string | number;
  enqueuedAt: Date;
  id: string;
}

const latest = 8.64e15;
const parts = z.tuple([
  z.string(),
  z.union([z.string().regex(/^[^\0]*$/), z.int().min(-latest).max(latest)]),
  z.number().min(-latest).max(latest),
  z.string().regex(/^[^\0]*$/),
]);

/** A place as a text that a URL can hold. */
export const writeCursor = (by: string, { value, enqueuedAt, id }: Place): string =>
  Buffer.from(JSON.stringify([by, value, enqueuedAt.getTime(), id])).toString('base64url');

/**
 * The place that `writeCursor` wrote. Throws REQUEST_INVALID for any other text, and for a place in another order.
 *
 * @param isNumber Whether the values of the order are numbers.
 */
export function readCursor(cursor: string, by: string, isNumber: boolean): Place {
  const refuse = (problem: string) => coded('REQUEST_INVALID', { problems: `cursor: ${problem}` });
  const { success, data } = parts.safeParse(parsed(Buffer.from(cursor, 'base64url').toString()));
  if (!success) throw refuse('it is not one that a page gave');
  const [of, value, enqueuedAt, id] = data;
  if (of !== by) throw refuse('it is of a page in another order');
  if ((typeof value === 'number') !== isNumber) throw refuse('it is not one that a page gave');
  return { value, enqueuedAt: new Date(enqueuedAt), id };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
