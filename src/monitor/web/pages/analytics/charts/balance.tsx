import { exactly } from '../figure.js';

export interface BalanceRow {
  key: string | number;
  label: string;
  /** Small letters below the label. */
  note?: string;
  left: number;
  right: number;
}

/** Two counts of each thing, back to back. Each side has a scale of its own. */
export function Balance({ rows, left, right }: { rows: BalanceRow[]; left: string; right: string }) {
  const highest = { left: Math.max(...rows.map((row) => row.left), 1), right: Math.max(...rows.map((row) => row.right), 1) };
  return (
    <div class="balance">
      <div class="balance-head" aria-hidden="true">
        <span class="chart-key chart-accent">{left}</span>
        <span class="chart-key chart-third">{right}</span>
      </div>
      <ul>
        {rows.map((row) => (
          <li key={row.key}>
            <span class="balance-label">
              {row.label} {row.note && <small>{row.note}</small>}
            </span>
            <span class="balance-side balance-left chart-accent">
              <span class="sr-only">{left}: </span>
              <span class="balance-value">{exactly(row.left)}</span>
              <span class="bar" style={{ width: `${(row.left / highest.left) * 80}%` }} />
            </span>
            <span class="balance-side balance-right chart-third">
              <span class="bar" style={{ width: `${(row.right / highest.right) * 80}%` }} />
              <span class="sr-only">{right}: </span>
              <span class="balance-value">{exactly(row.right)}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
