import type { TimeWindow } from '../../types/index.js';
import { navigate, usePlace, withQuery } from '../lib/router.js';
import { Choice } from './choice.js';

const windows = [
  { value: '1h', label: '1 h' },
  { value: '6h', label: '6 h' },
  { value: '1d', label: '24 h' },
  { value: '7d', label: '7 d' },
] as const;

/** The time window in the URL's `window`. */
export function useWindow(fallback: TimeWindow = '1d'): TimeWindow {
  const given = usePlace().query.get('window');
  return windows.find(({ value }) => value === given)?.value ?? fallback;
}

/** Chooses the time window, which is kept in the URL. */
export function WindowChoice({ fallback = '1d' }: { fallback?: TimeWindow }) {
  const place = usePlace();
  const value = useWindow(fallback);
  const choose = (next: TimeWindow) =>
    navigate(withQuery(place, { window: next === fallback ? undefined : next }), { replace: true });
  return <Choice label="Time window" value={value} options={windows} onChange={choose} />;
}
