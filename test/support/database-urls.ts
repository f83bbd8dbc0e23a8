/** The migrated database that every test database is cloned from. */
export const templateDatabase = 'journeyman_template';

/** The same server's URL for another of its databases. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
