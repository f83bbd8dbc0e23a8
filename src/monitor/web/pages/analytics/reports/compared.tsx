import { Icon, Nothing } from '../../../components/index.js';
import { formatShare } from '../../../lib/format.js';
import type { DailyReport } from '../answers.js';
import { exactly } from '../figure.js';

type ReportFigure = DailyReport['sections'][number]['figures'][number];

/** A figure by its unit. */
export function formatFigure(value: number | null, unit: ReportFigure['unit']): string {
  if (value === null) return '–';
  if (unit === 'share') return formatShare(value);
  return unit === 'rating'
    ? value.toLocaleString(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 2 })
    : exactly(value);
}

/** The figure of an earlier day, and how far the reported one is from it. */
export function Compared({ figure: { value, unit }, before }: { figure: ReportFigure; before: number | null }) {
  if (before === null) return <Nothing />;
  return (
    <span class="compared">
      {formatFigure(before, unit)}
      <small>
        {value !== null && value !== before && (
          <>
            <Icon name={value > before ? 'up' : 'down'} size={12} />
            <span class="sr-only">{value > before ? 'now higher by' : 'now lower by'}</span>
            {differenceOf(value, before, unit)}
          </>
        )}
      </small>
    </span>
  );
}

/** Counts differ by a part of the earlier one; shares by percentage points; ratings by what lies between them. */
function differenceOf(value: number, before: number, unit: ReportFigure['unit']): string {
  const difference = Math.abs(value - before);
  if (unit === 'share') return `${(difference * 100).toLocaleString(undefined, { maximumFractionDigits: 1 })} pp`;
  if (unit === 'rating') return difference.toLocaleString(undefined, { maximumFractionDigits: 2 });
  return before === 0 ? exactly(difference) : formatShare(difference / before);
}
