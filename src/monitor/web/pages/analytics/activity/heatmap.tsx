import { formatNumber } from '../../../lib/format.js';
import type { Day, PlatformFigures } from '../answers.js';
import { Heat, type HeatCell } from '../charts/heat.js';
import { Plot } from '../charts/plot.js';
import { hourOf, longDate, shortDate, shortMonth, weekdayOf, weekdays, weekOf } from '../dates.js';
import { Figure, type FigureColumn } from '../figure.js';

interface HeatmapProps {
  figures: PlatformFigures['heatmap'];
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);
const hourLabels = hours.filter((hour) => hour % 3 === 0).map((hour) => ({ column: hour, text: hourOf(hour) }));

/** Events by weekday and hour. */
export function WeekHours({ figures: { weekHours, timezone } }: HeatmapProps) {
  const rows = weekHours.map((counts, weekday) => ({ weekday: weekdays.long[weekday]!, counts }));
  const columns: FigureColumn<(typeof rows)[number]>[] = [
    { label: 'Weekday', value: ({ weekday }) => weekday },
    ...hours.map((hour) => ({ label: hourOf(hour), value: ({ counts }: (typeof rows)[number]) => counts[hour]! })),
  ];
  const cells: HeatCell[] = rows.flatMap(({ weekday, counts }, row) =>
    counts.map((value, hour) => ({ column: hour, row, value, name: `${weekday} ${hourOf(hour)}–${hourOf((hour + 1) % 24)}` })),
  );
  return (
    <Figure
      title="By weekday and hour"
      file="activity-by-weekday-and-hour"
      rows={rows}
      columns={columns}
      note={`Events by the clock of ${timezone}.`}
    >
      <Heat
        title="Events by weekday and hour"
        unit="event"
        columns={24}
        rows={weekdays.short}
        cells={cells}
        columnLabels={hourLabels}
        widest={40}
      />
    </Figure>
  );
}

const dayColumns: FigureColumn<Day>[] = [
  { label: 'Day', value: ({ date }) => date, cell: ({ date }) => longDate(date) },
  { label: 'Events', value: ({ events }) => events },
  { label: 'Users', value: ({ users }) => users },
];

/** Events by day, a week a column. */
export function Calendar({ figures: { days } }: HeatmapProps) {
  const firstWeek = weekOf(days[0]!.date);
  const cells: HeatCell[] = days.map(({ date, events }) => ({
    column: weekOf(date) - firstWeek,
    row: weekdayOf(date),
    value: events,
    name: longDate(date),
    text: String(Number(date.slice(8))),
  }));
  const months = days
    .filter(({ date }, index) => index === 0 || date.endsWith('-01'))
    .map(({ date }) => ({ column: weekOf(date) - firstWeek, text: shortMonth(date) }));
  return (
    <Figure
      title="Calendar"
      file="activity-by-day"
      rows={days}
      columns={dayColumns}
      note="Events of each day. Of today, what has been so far."
      wide={days.length > 120}
    >
      <Heat
        title="Events by day"
        unit="event"
        columns={cells.at(-1)!.column + 1}
        rows={weekdays.short}
        cells={cells}
        columnLabels={months}
        widest={84}
      />
    </Figure>
  );
}

/** How many were there each day. */
export function Days({ figures: { days } }: HeatmapProps) {
  return (
    <Figure title="Users by day" file="users-by-day" rows={days} columns={dayColumns} wide>
      <Plot
        title="Users by day"
        labels={days.map(({ date }) => shortDate(date))}
        longLabels={days.map(({ date }) => longDate(date))}
        series={[{ label: 'Users', tone: 'second', values: days.map(({ users }) => users) }]}
        kind={days.length > 40 ? 'lines' : 'columns'}
        format={formatNumber}
      />
    </Figure>
  );
}
