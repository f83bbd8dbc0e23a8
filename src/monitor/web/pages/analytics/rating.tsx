import { Nothing } from '../../components/index.js';
import { countOf } from '../../lib/format.js';

/** A mean of ratings from 1 to 5 as a number and a bar of stars. */
export function Rating({ average, ratings }: { average: number | null; ratings: number }) {
  if (average === null) return <Nothing />;
  return (
    <span class="rating" title={countOf(ratings, 'rating')}>
      <span class="rating-stars" aria-hidden="true">
        ★★★★★
        <span style={{ width: `${(average / 5) * 100}%` }}>★★★★★</span>
      </span>
      <b>{average.toLocaleString(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}</b>
      <span class="sr-only">of 5, </span>
      <small class="muted">{countOf(ratings, 'rating')}</small>
    </span>
  );
}
