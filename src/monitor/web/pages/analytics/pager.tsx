import { usePlace, withQuery } from '../../lib/router.js';
import type { PageOf } from './answers.js';

/** The page in the URL, from 1. */
export function usePageNumber(): number {
  const page = Number(usePlace().query.get('page'));
  return Number.isInteger(page) && page > 0 ? page : 1;
}

/** The way to the pages beside the one that is shown. */
export function Pager({ list: { page, pageSize, total } }: { list: PageOf<unknown> }) {
  const place = usePlace();
  if (total <= pageSize && page === 1) return null;
  const link = (to: number, label: string) => (
    <a class="button" href={withQuery(place, { page: to === 1 ? undefined : String(to) })}>
      {label}
    </a>
  );
  return (
    <nav class="pager" aria-label="Pages of the list">
      {page > 1 ? link(page - 1, 'Newer') : <span />}
      <span class="muted">
        Page {page} of {Math.max(Math.ceil(total / pageSize), 1)}
      </span>
      {page * pageSize < total ? link(page + 1, 'Older') : <span />}
    </nav>
  );
}
