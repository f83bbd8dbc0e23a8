import { formatNumber, formatShare } from '../../../lib/format.js';
import type { Month, PlatformFigures } from '../answers.js';
import { Plot, type PlotProps } from '../charts/plot.js';
import { longMonth, shortMonth } from '../dates.js';
import { Figure, type FigureColumn } from '../figure.js';

const month: FigureColumn<Month> = { label: 'Month', value: (row) => row.month, cell: (row) => longMonth(row.month) };

const growthColumns: FigureColumn<Month>[] = [
  month,
  { label: 'Sign-ups', value: ({ signUps }) => signUps },
  { label: 'Users in all', value: ({ cumulative }) => cumulative },
  { label: 'Growth', value: ({ growthRate }) => growthRate, format: formatShare },
];

const retentionColumns: FigureColumn<Month>[] = [
  month,
  { label: 'Sign-ups', value: ({ signUps }) => signUps },
  { label: 'Active now', value: ({ active }) => active },
  { label: 'Active share', value: ({ activeShare }) => activeShare, format: formatShare },
  { label: 'Came back', value: ({ returned }) => returned },
  { label: 'Share that came back', value: ({ returnedShare }) => returnedShare, format: formatShare },
];

/** Sign-ups of twelve months, and who stayed. */
export function Growth({ figures: { months } }: { figures: PlatformFigures['growth'] }) {
  const by: Pick<PlotProps, 'labels' | 'longLabels'> = {
    labels: months.map((row) => shortMonth(row.month)),
    longLabels: months.map((row) => longMonth(row.month)),
  };
  const cumulative = months.map((row) => row.cumulative);
  return (
    <div class="columns">
      <Figure
        title="Sign-ups by month"
        file="growth"
        rows={months}
        columns={growthColumns}
        note="Twelve calendar months; of the last one, what has been so far."
      >
        <Plot
          title="Sign-ups by month"
          {...by}
          kind="columns"
          series={[{ label: 'Sign-ups', tone: 'accent', values: months.map((row) => row.signUps) }]}
          format={formatNumber}
        />
      </Figure>
      <Figure title="Users in all" file="users-in-all" rows={months} columns={growthColumns} note="At the end of each month.">
        <Plot
          title="Users in all"
          {...by}
          kind="lines"
          series={[{ label: 'Users', tone: 'accent', values: cumulative }]}
          format={formatNumber}
        />
      </Figure>
      <Figure
        title="Who stayed"
        file="retention"
        rows={months}
        columns={retentionColumns}
        note="Of those who signed up in a month: who is active now, and who did something in the month after it."
        wide
      >
        <Plot
          title="Who stayed, by the month of the sign-up"
          {...by}
          kind="columns"
          highest={1}
          series={[
            { label: 'Active now', tone: 'accent', values: months.map((row) => row.activeShare) },
            { label: 'Came back the month after', tone: 'third', values: months.map((row) => row.returnedShare) },
          ]}
          format={formatShare}
        />
      </Figure>
    </div>
  );
}
