import { coded } from '../../errors.js';

/** The place of a task in the order of the pages. */
export interface Place {
  enqueuedAt: Date;
  id: string;
}

/** A place as a text that a URL can hold. */
export const writeCursor = ({ enqueuedAt, id }: Place): string =>
  Buffer.from(`${enqueuedAt.getTime()} ${id}`).toString('base64url');

/** The place that `writeCursor` wrote. Throws REQUEST_INVALID for any other text. */
export function readCursor(cursor: string): Place {
  const [, time, id] = /^(\d{1,15}) ([^\0]+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined)
    throw coded('REQUEST_INVALID', { problems: 'cursor: it is not one that a page gave' });
  return { enqueuedAt: new Date(Number(time)), id };
}
