import { createStore, useStore } from './store.js';

/** Where the app is, without its base: `/prefix/tasks/1?q=x` is `{ path: 'tasks/1', query: q=x }`. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

const base = () => new URL(document.baseURI);

function readPlace(): Place {
  const path = location.pathname.startsWith(base().pathname) ? location.pathname.slice(base().pathname.length) : '';
  return { path: path.replace(/\/+$/, ''), query: new URLSearchParams(location.search) };
}

const place = createStore<Place>(readPlace());

/** The place of the app; the component is drawn again when it changes. */
export const usePlace = (): Place => useStore(place);

/** Goes to a path relative to the app's base, such as `tasks?q=state:FAILURE`. `replace` leaves no step to go back to. */
export function navigate(to: string, { replace = false } = {}): void {
  const url = new URL(to, base());
  if (url.href === location.href) return;
  const samePage = url.pathname === location.pathname;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  place.set(readPlace());
  if (!samePage) scrollTo(0, 0);
}

/** The present path with some query parameters changed; an empty value removes one. */
export function withQuery({ path, query }: Place, changes: Record<string, string | undefined>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  const text = next.toString();
  return text ? `${path}?${text}` : path;
}

/** Makes plain links (`<a href="tasks">`, relative to the base) and the browser's buttons move inside the app. */
export function startRouter(): void {
  addEventListener('popstate', () => place.set(readPlace()));
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a');
    if (!link?.href || link.target || link.hasAttribute('download') || event.defaultPrevented) return;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !url.pathname.startsWith(base().pathname)) return;
    event.preventDefault();
    navigate(url.href);
  });
}

/**
 * The parameters of a path by a pattern such as `tasks/:id`, or undefined when it doesn't fit. `:name` takes one part of the path.
 */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index]!;
    if (part.startsWith(':') && text) found[part.slice(1)] = decode(text);
    else if (part !== text) return undefined;
  }
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
