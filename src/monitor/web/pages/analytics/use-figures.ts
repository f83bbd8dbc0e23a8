import { useMemo } from 'preact/hooks';
import type { Load } from '../../lib/use-load.js';
import { useLoad } from '../../lib/use-load.js';
import type { Asked, FiguresAnswer, PlatformFigures } from './answers.js';
import { type Refresh, useRefresh } from './use-refresh.js';

/** Figures with what is known of their age. */
export interface FiguresLoad<T> {
  load: Load<FiguresAnswer<T> | null>;
  refresh: Refresh;
}

const minute = 60;

/** Loads figures, and newer ones as soon as there are any. The data is null while they are computed for the first time. */
export function useFigures<K extends keyof PlatformFigures>(key: K, query = ''): FiguresLoad<PlatformFigures[K]> {
  const answer = useLoad<FiguresAnswer<PlatformFigures[K]> | Asked>(`api/analytics/${key}${query}`, {
    every: (data) => (data && 'figures' in data && !data.stale ? minute : 3),
  });
  const { data } = answer;
  const shown = useMemo(() => (data && 'taskId' in data ? null : data), [data]);
  const refresh = useRefresh({
    path: `${key}/refresh${query}`,
    version: shown?.computedAt ?? null,
    reload: answer.reload,
    already: data && 'taskId' in data ? data.taskId : undefined,
  });
  return { load: { ...answer, data: shown }, refresh };
}
