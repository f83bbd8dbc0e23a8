import { Tile, Tiles } from '../../components/index.js';
import { formatNumber } from '../../lib/format.js';
import type { PlatformFigures } from './answers.js';
import { Bars } from './charts/bars.js';
import { Figure, type FigureColumn } from './figure.js';
import { FiguresPage } from './frame.js';
import { Rating } from './rating.js';
import { inWords } from './words.js';

type Mentoring = PlatformFigures['mentoring'];

const mentorColumns: FigureColumn<Mentoring['topMentors'][number]>[] = [
  { label: 'Mentor', value: ({ name }) => name, cell: ({ name }) => <b class="together">{name}</b> },
  { label: 'User name', value: ({ username }) => username, minor: true },
  { label: 'Completed', value: ({ completed }) => completed },
  { label: 'Rating', value: ({ rating }) => rating.average, cell: ({ rating }) => <Rating {...rating} /> },
];

/** What mentors and mentees do. */
export const MentoringPage = () => (
  <FiguresPage title="Mentoring" of="mentoring">
    {(figures) => <MentoringFigures figures={figures} />}
  </FiguresPage>
);

function MentoringFigures({ figures: { mentors, sessions, rating, topMentors } }: { figures: Mentoring }) {
  const statuses = Object.entries(sessions.byStatus).map(([status, count]) => ({ status, count }));
  const statusColumns: FigureColumn<(typeof statuses)[number]>[] = [
    { label: 'Status', value: ({ status }) => inWords(status) },
    { label: 'Sessions', value: ({ count }) => count },
  ];
  return (
    <>
      <Tiles>
        <Tile label="Mentors" value={formatNumber(mentors.total)} note={`${formatNumber(mentors.accepting)} take mentees`} />
        <Tile label="Sessions" value={formatNumber(sessions.total)} />
        <Tile label="Completed in 30 days" value={formatNumber(sessions.completedLast30Days)} />
        <Tile
          label="Mean rating"
          value={rating.average === null ? '–' : rating.average.toLocaleString()}
          note={`of ${formatNumber(rating.ratings)} ratings, from 1 to 5`}
        />
      </Tiles>
      <div class="columns">
        <Figure title="Sessions by status" file="sessions-by-status" rows={statuses} columns={statusColumns}>
          <Bars bars={statuses.map(({ status, count }) => ({ key: status, label: inWords(status), value: count }))} />
        </Figure>
        <Figure title="Top mentors" file="top-mentors" rows={topMentors} columns={mentorColumns} />
      </div>
    </>
  );
}
