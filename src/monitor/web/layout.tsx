import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon, type IconName, Notice, Toasts } from './components/index.js';
import { loginWanted } from './lib/api.js';
import { type LiveState, useLiveState, useSnapshot } from './lib/live.js';
import { usePlace } from './lib/router.js';
import { logOut, useSession } from './lib/session.js';
import { useStore } from './lib/store.js';
import { type Theme, theme } from './lib/theme.js';
import { act } from './lib/toast.js';
import { routes } from './routes.js';

/** What surrounds every page: navigation, what is wrong with the services, messages about actions. */
export function Layout({ children }: { children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null);
  const { path } = usePlace();
  const first = useRef(true);
  useEffect(() => {
    // A new page begins at its beginning for those who hear it, too.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
    // On a phone the navigation is wider than the screen.
    document.querySelector('nav a[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path]);
  return (
    <div class="layout">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Sidebar path={path} />
      <main ref={main} tabIndex={-1}>
        <Away />
        {children}
      </main>
      <Toasts />
    </div>
  );
}

function Sidebar({ path }: { path: string }) {
  const session = useSession();
  return (
    <header class="sidebar">
      <a class="brand" href="./">
        <Brand />
        Journeyman
      </a>
      <nav aria-label="Pages">
        {routes.map(({ pattern, nav }) => nav && <NavLink key={pattern} href={pattern} path={path} {...nav} />)}
      </nav>
      <div class="sidebar-foot">
        <LiveMark />
        {session?.readOnly && <span class="foot-line">Read-only</span>}
        <span class="foot-line foot-broker" title={session?.broker}>
          {session?.broker}
        </span>
        <div class="foot-tools">
          <ThemeSwitch />
          {session?.user === null && (
            <button type="button" class="button button-quiet" title="Log in" onClick={() => loginWanted.set(true)}>
              <Icon name="enter" />
              <span class="sr-only">Log in</span>
            </button>
          )}
          {session?.user && (
            <button
              type="button"
              class="button button-quiet"
              title={`Log out ${session.user}`}
              onClick={() => act(logOut, 'Logged out')}
            >
              <Icon name="leave" />
              <span class="sr-only">Log out {session.user}</span>
            </button>
          )}
          <span class="foot-version">v{session?.version}</span>
        </div>
      </div>
    </header>
  );
}

function Brand() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M19 7v11.5a5.5 5.5 0 0 1-11 0" />
      <circle cx="23.5" cy="22.5" r="2.5" />
    </svg>
  );
}

function NavLink({ href, path, label, icon }: { href: string; path: string; label: string; icon: IconName }) {
  const here = href === '' ? path === '' : path === href || path.startsWith(`${href}/`);
  return (
    <a href={href || './'} aria-current={here ? 'page' : undefined}>
      <Icon name={icon} size={18} />
      {label}
    </a>
  );
}

const liveWords: Record<LiveState, string> = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' };

function LiveMark() {
  const state = useLiveState();
  return (
    <span class={`live live-${state}`} role="status">
      {liveWords[state]}
    </span>
  );
}

/** What does not answer at the moment. */
function Away() {
  const services = useSnapshot()?.services;
  const state = useLiveState();
  if (state === 'lost')
    return (
      <Notice tone="error">The monitor does not answer. What is shown is the last that is known; it goes on by itself.</Notice>
    );
  return (
    <>
      {services?.broker && <Notice tone="error">The broker is away: {services.broker} It is tried again all the time.</Notice>}
      {services?.database && (
        <Notice tone="error">The database is away: {services.database} It is tried again all the time.</Notice>
      )}
    </>
  );
}

const themes: Theme[] = ['auto', 'light', 'dark'];

function ThemeSwitch() {
  const chosen = useStore(theme.chosen);
  const next = themes[(themes.indexOf(chosen) + 1) % themes.length]!;
  return (
    <button type="button" class="button button-quiet" title={`Colours: ${chosen}`} onClick={() => theme.choose(next)}>
      <Icon name={chosen} />
      <span class="sr-only">
        Colours: {chosen}. Change to {next}.
      </span>
    </button>
  );
}
