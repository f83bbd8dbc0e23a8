import { Loaded, Section } from '../../../components/index.js';
import { formatDuration, formatShare, shortName } from '../../../lib/format.js';
import { useLoad } from '../../../lib/use-load.js';
import type { DailyReport, ReportAnswer } from '../answers.js';
import { longDate, shortDate } from '../dates.js';
import { Figure, type FigureColumn } from '../figure.js';
import { Age, AnalyticsPage } from '../frame.js';
import { Changes } from './changes.js';
import { Compared, formatFigure } from './compared.js';

type ReportSection = DailyReport['sections'][number];
type TaskHealth = DailyReport['tasks'][number];
type Slow = DailyReport['slowest'][number];

/** The report on one day. */
export function ReportPage({ date }: { date: string }) {
  const load = useLoad<ReportAnswer>(`api/analytics/reports/${encodeURIComponent(date)}`);
  const known = load.data !== undefined;
  return (
    <AnalyticsPage
      title={known ? `Report on ${longDate(date)}` : 'Daily report'}
      lead={<Age computedAt={load.data?.computedAt} />}
      aside={
        <a class="button" href="analytics/reports">
          All reports
        </a>
      }
    >
      <Loaded of={load}>{({ report }) => <Report report={report} />}</Loaded>
    </AnalyticsPage>
  );
}

function Report({ report }: { report: DailyReport }) {
  return (
    <>
      <Section title="What was notable">
        <div class="card-body">
          <Changes changes={report.changes} />
        </div>
      </Section>
      <div class="columns">
        {report.sections.map((section) => (
          <SectionFigures key={section.key} section={section} report={report} />
        ))}
      </div>
      <Figure
        title="Background tasks by name"
        file={`report-${report.date}-tasks`}
        rows={report.tasks}
        columns={taskColumns}
        rowHref={({ name }) => `names/${encodeURIComponent(name)}`}
      />
      <Figure
        title="Slowest runs"
        file={`report-${report.date}-slowest`}
        rows={report.slowest}
        columns={slowColumns}
        rowHref={({ id }) => `tasks/${encodeURIComponent(id)}`}
      />
    </>
  );
}

function SectionFigures({ section, report }: { section: ReportSection; report: DailyReport }) {
  const columns: FigureColumn<ReportSection['figures'][number]>[] = [
    { label: 'Figure', value: ({ label }) => label, wide: true },
    {
      label: shortDate(report.date),
      value: ({ value }) => value,
      cell: (figure) => <b>{formatFigure(figure.value, figure.unit)}</b>,
      number: true,
    },
    {
      label: shortDate(report.dayBefore),
      value: ({ dayBefore }) => dayBefore,
      cell: (figure) => <Compared figure={figure} before={figure.dayBefore} />,
      number: true,
    },
    {
      label: shortDate(report.weekBefore),
      value: ({ weekBefore }) => weekBefore,
      cell: (figure) => <Compared figure={figure} before={figure.weekBefore} />,
      number: true,
    },
  ];
  return <Figure title={section.label} file={`report-${report.date}-${section.key}`} rows={section.figures} columns={columns} />;
}

const taskColumns: FigureColumn<TaskHealth>[] = [
  { label: 'Task', value: ({ name }) => name, cell: ({ name }) => <b class="name">{shortName(name)}</b> },
  { label: 'Runs', value: ({ runs }) => runs },
  { label: 'Failures', value: ({ failures }) => failures },
  { label: 'Failure rate', value: ({ failureRate }) => failureRate, format: formatShare },
  { label: 'Retries', value: ({ retries }) => retries, minor: true },
  { label: 'Revoked', value: ({ revoked }) => revoked, minor: true },
  { label: 'Mean runtime', value: ({ averageRuntimeMs }) => averageRuntimeMs, format: formatDuration, minor: true },
  { label: 'Longest', value: ({ longestRuntimeMs }) => longestRuntimeMs, format: formatDuration, minor: true },
  { label: 'Runs the day before', value: ({ dayBefore }) => dayBefore?.runs ?? null, minor: true },
  { label: 'Failures the day before', value: ({ dayBefore }) => dayBefore?.failures ?? null, minor: true },
];

const slowColumns: FigureColumn<Slow>[] = [
  { label: 'Task', value: ({ name }) => name, cell: ({ name }) => <b class="name">{shortName(name)}</b> },
  { label: 'Id', value: ({ id }) => id, minor: true },
  { label: 'Runtime', value: ({ runtimeMs }) => runtimeMs, format: formatDuration },
];
