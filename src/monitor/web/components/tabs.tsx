import { useEffect, useRef } from 'preact/hooks';
import { usePlace } from '../lib/router.js';

/** The pages that belong together, each with its path: leads from one to the others. A page below one of them counts as that one. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly { href: string; label: string }[] }) {
  const { path } = usePlace();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, []);
  const above = tabs.filter(({ href }) => path === href || path.startsWith(`${href}/`));
  const here = above.sort((one, other) => other.href.length - one.href.length)[0];
  return (
    <nav ref={nav} class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.href} href={tab.href} aria-current={tab === here ? 'page' : undefined}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}
