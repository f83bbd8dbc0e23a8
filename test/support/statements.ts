import type { Kysely, KyselyPlugin } from 'kysely';

/** The database, and how many statements have been sent to it by this way. */
export function countStatements<T>(db: Kysely<T>): { db: Kysely<T>; count(): number } {
  let statements = 0;
  const counter: KyselyPlugin = {
    transformQuery({ node }) {
      statements += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { db: db.withPlugin(counter), count: () => statements };
}
