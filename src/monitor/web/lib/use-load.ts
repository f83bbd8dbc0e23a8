import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, get } from './api.js';

export interface Load<T> {
  /** The last answer; it stays while the next one is on its way, and when that one fails. */
  data: T | undefined;
  /** Why the last request failed. */
  error: ApiError | undefined;
  loading: boolean;
  reload(): void;
}

interface State<T> {
  data?: T | undefined;
  error?: ApiError | undefined;
  loading: boolean;
}

/**
 * Loads JSON from the API, again when the path changes, and every `every` seconds (which may depend on what came)
 * while the tab is seen. What was shown of another
 * path is forgotten, unless only the query changed. An undefined path loads nothing.
 */
export function useLoad<T>(
  path: string | undefined,
  { every }: { every?: number | ((data: T | undefined) => number) | undefined } = {},
): Load<T> {
  const [state, setState] = useState<State<T>>({ loading: path !== undefined });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const busy = useRef(false);
  const shownPath = useRef<string | undefined>(undefined);

  useEffect(() => {
    const page = path?.split('?')[0];
    const samePage = page === shownPath.current;
    shownPath.current = page;
    if (path === undefined) {
      setState({ loading: false });
      return;
    }
    const abort = new AbortController();
    const settle = (next: (before: State<T>) => State<T>) => {
      if (abort.signal.aborted) return;
      busy.current = false;
      setState(next);
    };
    busy.current = true;
    setState((before) => (samePage ? { ...before, loading: true } : { loading: true }));
    get<T>(path, abort.signal).then(
      (data) => settle(() => ({ data, loading: false })),
      (error: ApiError) => settle((before) => ({ data: before.data, error, loading: false })),
    );
    return () => abort.abort();
  }, [path, turn]);

  const seconds = typeof every === 'function' ? every(state.data) : every;
  useEffect(() => {
    if (!seconds) return;
    const timer = setInterval(() => {
      if (!document.hidden && !busy.current) reload();
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds, reload]);

  const { data, error, loading } = state;
  return { data, error, loading, reload };
}
