import { type RawBuilder, sql } from 'kysely';

/** Whether a text holds another one, whatever the case of their letters. */
export const contains = (text: RawBuilder<string>, part: string): RawBuilder<boolean> =>
  sql<boolean>`strpos(lower(${text}), lower(${part})) > 0`;
