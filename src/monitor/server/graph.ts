import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { coded } from '../../errors.js';
import type { TaskState } from '../../taskkit/index.js';
import type { GraphNode, TaskGraph } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { findTask } from './find-task.js';

/** How many tasks are shown. */
const mostNodes = 500;

interface Node extends GraphNode {
  parentId: string | null;
}

/**
 * The graph that a task is part of: by the history those with the same root, those that one of them enqueued, and the members of their
 * groups; by the broker what they come after and what they wait for. Throws TASK_ID_UNKNOWN.
 */
export async function readGraph({ db, broker }: Pick<MonitorContext, 'db' | 'broker'>, id: string): Promise<TaskGraph> {
  const { row } = await findTask({ db, broker }, id);
  const rootId = row.rootId ?? row.groupId ?? row.id;
  const nodes = new Map<string, Node>();
  const edges = new Map<string, { from: string; to: string }>();
  const connect = (from: string, to: string) => edges.set(`${from} ${to}`, { from, to });
  for (const node of await nodesOf(db, rootId, row.id)) nodes.set(node.id, node);

  // What has not been started yet is known to the broker only: it is found by what is known of those that are.
  const asked = new Set<string>();
  const queue = [row.id, rootId, ...nodes.keys()];
  while (queue.length > 0 && asked.size < mostNodes) {
    const next = queue.splice(0, 20).filter((candidate) => !asked.has(candidate));
    for (const candidate of next) asked.add(candidate);
    for (const state of await Promise.all(next.map((candidate) => broker.state(candidate)))) {
      if (!state) continue;
      nodes.set(state.id, nodeOfState(state, nodes.get(state.id)));
      for (const parent of state.parents ?? []) connect(parent, state.id);
      for (const child of state.children ?? []) connect(child, state.id);
      queue.push(...(state.parents ?? []), ...(state.children ?? []), ...(state.groupId ? [state.groupId] : []));
    }
  }
  if (!nodes.has(row.id)) throw coded('TASK_ID_UNKNOWN', { id });
  for (const node of nodes.values()) {
    if (node.parentId && nodes.has(node.parentId) && !edges.has(`${node.id} ${node.parentId}`)) connect(node.parentId, node.id);
    if (node.groupId && nodes.has(node.groupId)) connect(node.id, node.groupId);
  }
  const shown = [...nodes.values()].slice(0, mostNodes);
  const ids = new Set(shown.map((node) => node.id));
  return {
    rootId,
    nodes: shown.map(({ parentId, ...node }) => node),
    edges: [...edges.values()].filter(({ from, to }) => ids.has(from) && ids.has(to)),
    cut: nodes.size > mostNodes,
  };
}

const nodeOfState = ({ id, name, status, queue, groupId, parentId }: TaskState, known: Node | undefined): Node => ({
  id,
  name,
  status,
  queue,
  runtimeMs: known?.runtimeMs ?? null,
  groupId: groupId ?? known?.groupId ?? null,
  parentId: parentId ?? known?.parentId ?? null,
});

async function nodesOf(db: Kysely<Database>, rootId: string, id: string): Promise<Node[]> {
  const { rows } = await sql<Node>`
    WITH RECURSIVE graph AS (
      SELECT id FROM task_history WHERE id IN (${rootId}, ${id})
      UNION
      SELECT found.id
      FROM graph JOIN LATERAL (
        SELECT id FROM task_history WHERE root_id = graph.id
        UNION ALL SELECT id FROM task_history WHERE parent_id = graph.id
        UNION ALL SELECT id FROM task_history WHERE group_id = graph.id
      ) AS found ON true
    ), members AS (
      SELECT id FROM graph
      UNION SELECT id FROM task_history WHERE root_id = ${rootId} OR group_id = ${rootId}
    )
    SELECT id, name, state AS status, queue, runtime_ms AS "runtimeMs", group_id AS "groupId", parent_id AS "parentId"
    FROM task_history WHERE id IN (SELECT id FROM members LIMIT ${mostNodes + 1})
    ORDER BY enqueued_at, id
  `.execute(db);
  return rows;
}
