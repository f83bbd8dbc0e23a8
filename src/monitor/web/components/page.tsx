import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** A page: its title (also the tab's), what stands beside it, and its content. */
export function Page({
  title,
  lead,
  aside,
  children,
}: {
  title: string;
  /** A line below the title. */
  lead?: ComponentChildren;
  /** Buttons and choices at the title's right. */
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · Journeyman`;
  }, [title]);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          <h1>{title}</h1>
          {lead && <div class="page-lead">{lead}</div>}
        </div>
        {aside && <div class="page-aside">{aside}</div>}
      </header>
      {children}
    </>
  );
}

/** A part of a page with a heading. */
export function Section({ title, aside, children }: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="card">
      <header class="card-head">
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
