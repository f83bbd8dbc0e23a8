import { Tile, Tiles } from '../../components/index.js';
import { formatDuration, formatNumber, formatShare } from '../../lib/format.js';
import type { PlatformFigures } from './answers.js';
import { Balance } from './charts/balance.js';
import { Bars } from './charts/bars.js';
import { Figure, type FigureColumn } from './figure.js';
import { FiguresPage } from './frame.js';
import { Funnel } from './funnel.js';
import { inWords } from './words.js';

type Jobs = PlatformFigures['jobs'];

const placeColumns: FigureColumn<Jobs['byPlace'][number]>[] = [
  { label: 'Place', value: ({ place }) => place },
  { label: 'Open jobs', value: ({ openJobs }) => openJobs },
  { label: 'Applications', value: ({ applications }) => applications },
];

const typeColumns: FigureColumn<Jobs['byType'][number]>[] = [
  { label: 'Type', value: ({ type }) => inWords(type) },
  { label: 'Open jobs', value: ({ openJobs }) => openJobs },
  { label: 'Applications', value: ({ applications }) => applications },
];

const appliedColumns: FigureColumn<Jobs['mostApplied'][number]>[] = [
  { label: 'Job', value: ({ title }) => title },
  { label: 'Company', value: ({ company }) => company },
  { label: 'Applications', value: ({ applications }) => applications },
];

/** How many places the chart shows. */
const shownPlaces = 8;

/** Jobs, and what becomes of the applications to them. */
export const JobsPage = () => (
  <FiguresPage title="Jobs" of="jobs">
    {(figures) => <JobFigures figures={figures} />}
  </FiguresPage>
);

function JobFigures({ figures }: { figures: Jobs }) {
  return (
    <>
      <JobTiles figures={figures} />
      <div class="columns">
        <Funnel stages={figures.funnel} />
        <Statuses counts={figures.applications.byStatus} />
        <Figure title="By type" file="jobs-by-type" rows={figures.byType} columns={typeColumns}>
          <JobsAndApplications groups={figures.byType.map(({ type, ...counts }) => ({ name: inWords(type), ...counts }))} />
        </Figure>
        <Figure
          title="By place"
          file="jobs-by-place"
          rows={figures.byPlace}
          columns={placeColumns}
          note="The places with the most open jobs; more of them are in the table."
        >
          <JobsAndApplications
            groups={figures.byPlace.slice(0, shownPlaces).map(({ place, ...counts }) => ({ name: place, ...counts }))}
          />
        </Figure>
        <Figure
          title="Jobs with the most applications"
          file="jobs-most-applied"
          rows={figures.mostApplied}
          columns={appliedColumns}
          wide
        />
      </div>
    </>
  );
}

const hours = (value: number | null) => (value === null ? '–' : formatDuration(value * 3_600_000));

function JobTiles({ figures: { jobs, applications, timeToAnswer } }: { figures: Jobs }) {
  const { meanHours, medianHours, p90Hours, answered, waiting } = timeToAnswer;
  return (
    <Tiles>
      <Tile label="Open jobs" value={formatNumber(jobs.open)} note={`${formatNumber(jobs.remote)} remote`} />
      <Tile
        label="Applications"
        value={formatNumber(applications.total)}
        note={`${formatNumber(applications.last30Days)} in 30 days`}
      />
      <Tile label="Time to an answer" value={hours(medianHours)} note={`median; mean ${hours(meanHours)}`} />
      <Tile label="Nine in ten within" value={hours(p90Hours)} note={`of ${formatNumber(answered)} answered`} />
      <Tile label="Waiting for an answer" value={formatNumber(waiting)} />
    </Tiles>
  );
}

function JobsAndApplications({ groups }: { groups: { name: string; openJobs: number; applications: number }[] }) {
  return (
    <Balance
      left="Open jobs"
      right="Applications ever"
      rows={groups.map(({ name, openJobs, applications }) => ({ key: name, label: name, left: openJobs, right: applications }))}
    />
  );
}

function Statuses({ counts }: { counts: Jobs['applications']['byStatus'] }) {
  const rows = Object.entries(counts).map(([status, count]) => ({ status, count }));
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const columns: FigureColumn<(typeof rows)[number]>[] = [
    { label: 'Status', value: ({ status }) => inWords(status) },
    { label: 'Applications', value: ({ count }) => count },
  ];
  return (
    <Figure title="Applications by status" file="applications-by-status" rows={rows} columns={columns}>
      <Bars
        bars={rows.map(({ status, count }) => ({
          key: status,
          label: inWords(status),
          value: count,
          ...(total > 0 && { note: formatShare(count / total) }),
        }))}
      />
    </Figure>
  );
}
