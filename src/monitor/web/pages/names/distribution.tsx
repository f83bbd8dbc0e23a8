import type { TaskNameDetail } from '../../../types/index.js';
import { formatDuration, formatNumber } from '../../lib/format.js';

type Bar = TaskNameDetail['distribution'][number];

/** How many runs took how long, from the first bar with a run to the last. */
export function Distribution({ bars }: { bars: Bar[] }) {
  const filled = bars.map(({ count }) => count > 0);
  const first = filled.indexOf(true);
  if (first < 0) return <p class="card-body muted">Nothing ran in this time.</p>;
  const most = Math.max(...bars.map(({ count }) => count));
  return (
    <table class="distribution">
      <caption class="sr-only">How many runs took how long</caption>
      <tbody>
        {bars.slice(first, filled.lastIndexOf(true) + 1).map((bar, index) => (
          <tr key={bar.toMs}>
            <th scope="row">{labelOf(bar, bars[first + index - 1])}</th>
            <td>
              <span class="distribution-bar" style={{ width: `${(bar.count / most) * 100}%` }} />
            </td>
            <td class="number">{formatNumber(bar.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const labelOf = ({ toMs }: Bar, before: Bar | undefined) =>
  toMs === null ? `over ${formatDuration(before?.toMs ?? 0)}` : `to ${formatDuration(toMs)}`;
