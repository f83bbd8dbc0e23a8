/** A row of a table, and how well it suits: above 0, at most 1. */
export interface Scored {
  row: number;
  score: number;
}

/** Collects the best of many rows in memory for `size` of them. Of equals, the one with the higher row is better. */
export interface Best {
  /** Nothing below this gets in any more; 0 as long as there is room. */
  least(): number;
  add(row: number, score: number): void;
  /** The best first. */
  list(): Scored[];
}

export function createBest(size: number): Best {
  // A binary heap with the worst on top, which is the first to go.
  const heap: Scored[] = [];

  function sink(item: Scored): void {
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBetter(heap[child]!, heap[child + 1]!)) child += 1;
      if (!isBetter(item, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = item;
  }

  function rise(item: Scored): void {
    let at = heap.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBetter(heap[parent]!, item)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = item;
  }

  return {
    least: () => (heap.length < size ? 0 : heap[0]!.score),
    add(row, score) {
      const item = { row, score };
      if (heap.length < size) rise(item);
      else if (isBetter(item, heap[0]!)) sink(item);
    },
    list: () => heap.toSorted((one, other) => (isBetter(one, other) ? -1 : 1)),
  };
}

function isBetter(one: Scored, other: Scored): boolean {
  return one.score > other.score || (one.score === other.score && one.row > other.row);
}
