import type { TaskGraph } from '../../../types/index.js';

export interface PlacedNode {
  id: string;
  /** How many steps lie before it at most. */
  column: number;
  /** Its place in the column, from the top. */
  row: number;
}

/** Puts each node of a graph into the column after the last of those before it. Edges of a circle are passed over. */
export function layOut({ nodes, edges }: Pick<TaskGraph, 'nodes' | 'edges'>): PlacedNode[] {
  const before = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) if (before.has(from)) before.get(to)?.push(from);
  const columns = new Map<string, number>();
  const onTheWay = new Set<string>();

  function columnOf(id: string): number {
    const known = columns.get(id);
    if (known !== undefined) return known;
    onTheWay.add(id);
    const parents = before.get(id)!.filter((parent) => !onTheWay.has(parent));
    const column = Math.max(-1, ...parents.map(columnOf)) + 1;
    onTheWay.delete(id);
    columns.set(id, column);
    return column;
  }

  const filled: number[] = [];
  return nodes.map(({ id }) => {
    const column = columnOf(id);
    const row = filled[column] ?? 0;
    filled[column] = row + 1;
    return { id, column, row };
  });
}
