import { type RawBuilder, sql } from 'kysely';

/** A user as all others see them. */
export interface Person {
  id: number;
  username: string;
  name: string;
  headline: string | null;
}

/** A row of `users` as JSON; `users` is what the query calls it. */
export function personJson(users: string): RawBuilder<Person> {
  const column = (name: string) => sql.ref(`${users}.${name}`);
  return sql<Person>`jsonb_build_object(
    'id', ${column('id')}, 'username', ${column('username')}, 'name', ${column('name')}, 'headline', ${column('headline')})`;
}
