import type { Scored } from './best.js';

/**
 * The first `limit` of a ranking with at most `most` of one group, such as a company. Only when others are too few do more of a group
 * come in. The order stays.
 */
export function spread(ranking: Scored[], groupOf: (row: number) => number, most: number, limit: number): Scored[] {
  const counts = new Map<number, number>();
  const isOneTooMany = ({ row }: Scored) => {
    const count = (counts.get(groupOf(row)) ?? 0) + 1;
    counts.set(groupOf(row), count);
    return count > most;
  };
  const extra = new Set(ranking.filter(isOneTooMany));
  let roomForOthers = Math.min(limit, ranking.length - extra.size);
  let roomForExtra = limit - roomForOthers;
  return ranking.filter((item) => (extra.has(item) ? roomForExtra-- > 0 : roomForOthers-- > 0));
}
