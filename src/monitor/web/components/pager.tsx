import { countOf } from '../lib/format.js';
import { usePlace, withQuery } from '../lib/router.js';

export interface PagerProps {
  /** Pages count from 1; the first has the newest. */
  page: number;
  pageSize: number;
  total: number;
  /** What is listed, such as `mail`. */
  noun: string;
}

/** The page's number in the URL. */
export function usePageNumber(): number {
  const page = Number(usePlace().query.get('page'));
  return Number.isInteger(page) && page > 0 ? page : 1;
}

/** How many there are, and the way to the pages beside this one; the page's number is in the URL. */
export function Pager({ page, pageSize, total, noun }: PagerProps) {
  const place = usePlace();
  if (total === 0) return null;
  const to = (number: number) => withQuery(place, { page: number > 1 ? String(number) : undefined });
  return (
    <nav class="pager" aria-label="Pages of the table">
      <span class="muted">{countOf(total, noun)}</span>
      <span class="row">
        {page > 1 && (
          <a class="button" href={to(page - 1)}>
            Newer
          </a>
        )}
        {page * pageSize < total && (
          <a class="button" href={to(page + 1)}>
            Older
          </a>
        )}
      </span>
    </nav>
  );
}
