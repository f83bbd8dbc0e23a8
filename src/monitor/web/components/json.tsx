import type { JsonValue } from '../../types/index.js';
import { CopyButton } from './copy.js';

/** How many members are shown at once; more are asked for, so that a large value does not hold up the page. */
const shownMembers = 100;
const openDepth = 2;

/** A JSON value as a tree that can be folded and copied. Whatever it holds is shown as text. */
export function Json({ value, label }: { value: JsonValue | undefined; label: string }) {
  if (value === undefined) return null;
  return (
    <div class="json">
      <div class="json-tools">
        <CopyButton text={JSON.stringify(value, null, 2)} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard */}
      <section class="json-tree" tabIndex={0} aria-label={label}>
        <JsonNode value={value} depth={0} />
      </section>
    </div>
  );
}

function JsonNode({ name, value, depth }: { name?: string | undefined; value: JsonValue; depth: number }) {
  const key = name !== undefined && <span class="json-key">{name}: </span>;
  if (value === null || typeof value !== 'object')
    return (
      <div class="json-line">
        {key}
        <JsonScalar value={value} />
      </div>
    );
  const isList = Array.isArray(value);
  const members: [string | undefined, JsonValue][] = isList ? value.map((item) => [undefined, item]) : Object.entries(value);
  if (members.length === 0)
    return (
      <div class="json-line">
        {key}
        {isList ? '[]' : '{}'}
      </div>
    );
  return (
    <details class="json-branch" open={depth < openDepth}>
      <summary>
        {key}
        <span class="muted">{isList ? `[${members.length}]` : `{${members.length}}`}</span>
      </summary>
      <JsonMembers members={members} depth={depth + 1} />
    </details>
  );
}

function JsonMembers({ members, depth }: { members: [string | undefined, JsonValue][]; depth: number }) {
  const rest = members.slice(shownMembers);
  return (
    <div class="json-members">
      {members.slice(0, shownMembers).map(([name, value], index) => (
        <JsonNode key={name ?? index} name={name} value={value} depth={depth} />
      ))}
      {rest.length > 0 && (
        <details class="json-branch">
          <summary class="muted">{rest.length} more</summary>
          <JsonMembers members={rest} depth={depth} />
        </details>
      )}
    </div>
  );
}

function JsonScalar({ value }: { value: string | number | boolean | null }) {
  if (typeof value === 'string') return <span class="json-string">"{value}"</span>;
  return <span class="json-atom">{String(value)}</span>;
}
