/** The row of the first id that is not below this one; the number of rows when there is none. `ids` ascend. */
export function rowAtOrAfter(ids: Float64Array, id: number): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row of an id; undefined when no row has it. `ids` ascend. */
export function rowOf(ids: Float64Array, id: number): number | undefined {
  const row = rowAtOrAfter(ids, id);
  return ids[row] === id ? row : undefined;
}
