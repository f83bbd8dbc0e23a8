import type { ComponentChildren } from 'preact';

/** A figure with its name; `note` stands below in small letters, `children` (a sparkline) below that. */
export function Tile({
  label,
  value,
  note,
  tone,
  href,
  children,
}: {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
  tone?: 'failure' | 'retry' | undefined;
  /** Where a click on it goes. */
  href?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class={`tile ${tone ? `tile-${tone}` : ''}`}>
      <dt>{href ? <a href={href}>{label}</a> : label}</dt>
      <dd>
        <span class="tile-value">{value}</span>
        {note && <span class="tile-note">{note}</span>}
        {children}
      </dd>
    </div>
  );
}

/** A row of tiles. */
export function Tiles({ children }: { children: ComponentChildren }) {
  return <dl class="tiles">{children}</dl>;
}

/** Names with their values, one below the other. */
export function Facts({ items }: { items: [name: string, value: ComponentChildren][] }) {
  return (
    <dl class="facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
