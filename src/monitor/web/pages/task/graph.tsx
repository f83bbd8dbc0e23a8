import { useMemo } from 'preact/hooks';
import type { GraphNode, TaskGraph } from '../../../types/index.js';
import { Icon, Loaded, Section, stateWords } from '../../components/index.js';
import { formatDuration, shortName } from '../../lib/format.js';
import { useLoad } from '../../lib/use-load.js';
import { layOut } from './graph-layout.js';

const box = { width: 210, height: 48 };
const gap = { x: 56, y: 14 };

/** The chain, group or chord that a task is part of; nothing for one by itself. */
export function Graph({ id }: { id: string }) {
  const load = useLoad<TaskGraph>(`api/tasks/${encodeURIComponent(id)}/graph`, { every: 5 });
  if (load.data && load.data.nodes.length < 2) return null;
  return (
    <Section
      title="What it is part of"
      aside={load.data?.cut && <span class="muted">Only the first {load.data.nodes.length} tasks</span>}
    >
      <Loaded of={load}>{(graph) => <Drawing graph={graph} here={id} />}</Loaded>
    </Section>
  );
}

function Drawing({ graph, here }: { graph: TaskGraph; here: string }) {
  const places = useMemo(() => placesOf(graph), [graph]);
  const all = [...places.values()];
  const width = Math.max(...all.map(({ x }) => x)) + box.width;
  const height = Math.max(...all.map(({ y }) => y)) + box.height;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard
    <section class="graph" tabIndex={0} aria-label="Graph of tasks">
      <div class="graph-ground" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg width={width} height={height} aria-hidden="true">
          {graph.edges.map(({ from, to }) => (
            <path key={`${from} ${to}`} d={curve(places.get(from), places.get(to))} />
          ))}
        </svg>
        {graph.nodes.map((node) => (
          <Node key={node.id} node={node} place={places.get(node.id)!} here={node.id === here} />
        ))}
      </div>
    </section>
  );
}

interface Point {
  x: number;
  y: number;
}

function placesOf(graph: TaskGraph): Map<string, Point> {
  const step = { x: box.width + gap.x, y: box.height + gap.y };
  return new Map(layOut(graph).map(({ id, column, row }) => [id, { x: column * step.x, y: row * step.y }]));
}

function curve(from: Point | undefined, to: Point | undefined): string {
  if (!from || !to) return '';
  const [startX, startY] = [from.x + box.width, from.y + box.height / 2];
  const [endX, endY] = [to.x, to.y + box.height / 2];
  const bend = Math.max((endX - startX) / 2, 24);
  return `M${startX} ${startY} C${startX + bend} ${startY} ${endX - bend} ${endY} ${endX} ${endY}`;
}

function Node({ node: { id, name, status, runtimeMs }, place, here }: { node: GraphNode; place: Point; here: boolean }) {
  const { label, icon } = stateWords[status];
  return (
    <a
      class="graph-node"
      href={`tasks/${encodeURIComponent(id)}`}
      aria-current={here ? 'true' : undefined}
      title={`${name} [${id}]`}
      style={{ left: `${place.x}px`, top: `${place.y}px`, width: `${box.width}px`, height: `${box.height}px` }}
    >
      <span class={`graph-state tone-${status.toLowerCase()}`}>
        <Icon name={icon} size={14} />
      </span>
      <span class="graph-name">{shortName(name)}</span>
      <span class="muted">
        {label}
        {runtimeMs !== null && ` in ${formatDuration(runtimeMs)}`}
      </span>
    </a>
  );
}
