/** How good lists of recommendations are; `toFind` is what a person likes, without order. */

const size = 10;

/** The discounted gain of a hit in each place. */
const gains = Array.from({ length: size }, (_, place) => 1 / Math.log2(place + 2));

export function createTally() {
  const sums = { precision: 0, recall: 0, ndcg: 0 };
  const shown = new Set();
  let people = 0;
  return {
    add(list, toFind) {
      if (toFind.length === 0) return;
      const wanted = new Set(toFind);
      const hits = list.slice(0, size).map((row) => Number(wanted.has(row)));
      const found = hits.reduce((sum, hit) => sum + hit, 0);
      const ideal = gains.slice(0, wanted.size).reduce((sum, gain) => sum + gain, 0);
      people += 1;
      sums.precision += found / size;
      sums.recall += found / wanted.size;
      sums.ndcg += hits.reduce((sum, hit, place) => sum + hit * gains[place], 0) / ideal;
      for (const row of list.slice(0, size)) shown.add(row);
    },
    /** The means, and the share of the `catalogue` that anybody was shown. */
    result: (catalogue) => ({
      precision: sums.precision / people,
      recall: sums.recall / people,
      ndcg: sums.ndcg / people,
      coverage: shown.size / catalogue,
    }),
  };
}
