/** Of how many tasks a process keeps that they were revoked, and for how long, in milliseconds: as Celery's workers do. */
const capacity = 50_000;
const keepFor = 10_800_000;

/** The ids of tasks that were revoked, perhaps before they came. */
export interface RevokedIds {
  add(ids: Iterable<string>): void;
  has(id: string): boolean;
  list(): string[];
}

/** @param now In milliseconds since 1970. */
export function createRevokedIds(now: () => number): RevokedIds {
  const since = new Map<string, number>();
  const forgetOld = () => {
    for (const [id, at] of since) {
      if (since.size <= capacity && at > now() - keepFor) return;
      since.delete(id);
    }
  };
  return {
    add(ids) {
      for (const id of ids) {
        since.delete(id);
        since.set(id, now());
      }
      forgetOld();
    },
    has: (id) => since.has(id),
    list() {
      forgetOld();
      return [...since.keys()];
    },
  };
}
