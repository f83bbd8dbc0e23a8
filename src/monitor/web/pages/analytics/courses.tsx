import { Tile, Tiles } from '../../components/index.js';
import { formatNumber, formatShare } from '../../lib/format.js';
import type { Course, PlatformFigures } from './answers.js';
import { Bars } from './charts/bars.js';
import { exactly, Figure, type FigureColumn } from './figure.js';
import { FiguresPage } from './frame.js';
import { Rating } from './rating.js';

const columns: FigureColumn<Course>[] = [
  { label: 'Course', value: ({ title }) => title, wide: true },
  { label: 'Enrolments', value: ({ enrollments }) => enrollments },
  { label: 'Completed', value: ({ completed }) => completed, minor: true },
  { label: 'Completion', value: ({ completionRate }) => completionRate, format: formatShare },
  {
    label: 'Mean progress',
    value: ({ averageProgress }) => averageProgress,
    format: (value) => formatShare(value / 100),
    minor: true,
  },
  { label: 'Rating', value: ({ rating }) => rating.average },
  { label: 'Ratings', value: ({ rating }) => rating.ratings, minor: true },
];

/** Who takes courses, and who completes them. */
export const CoursesPage = () => (
  <FiguresPage title="Courses" of="courses">
    {(figures) => <Courses figures={figures} />}
  </FiguresPage>
);

function Courses({ figures: { totals, mostEnrolled, bestRated } }: { figures: PlatformFigures['courses'] }) {
  return (
    <>
      <Tiles>
        <Tile label="Courses" value={formatNumber(totals.courses)} />
        <Tile label="Enrolments" value={formatNumber(totals.enrollments)} />
        <Tile
          label="Completion"
          value={totals.completionRate === null ? '–' : formatShare(totals.completionRate)}
          note={`${formatNumber(totals.completed)} completed`}
        />
        <Tile
          label="Mean rating"
          value={totals.rating.average === null ? '–' : totals.rating.average.toLocaleString()}
          note={`of ${formatNumber(totals.rating.ratings)} ratings, from 1 to 5`}
        />
      </Tiles>
      <div class="columns">
        <Figure
          title="Course completion"
          file="courses-most-enrolled"
          rows={mostEnrolled}
          columns={columns}
          note="The courses with the most enrolments. The full part of a bar is who completed the course."
        >
          <Bars
            bars={mostEnrolled.map(({ courseId, title, enrollments, completed, completionRate }) => ({
              key: courseId,
              label: title,
              note: completionRate === null ? 'nobody yet' : `${formatShare(completionRate)} completed`,
              value: enrollments,
              part: completed,
              text: `${exactly(completed)} of ${exactly(enrollments)}`,
            }))}
          />
        </Figure>
        <Figure title="Best rated" file="courses-best-rated" rows={bestRated} columns={columns}>
          <ul class="rated">
            {bestRated.map(({ courseId, title, rating }) => (
              <li key={courseId}>
                <span>{title}</span>
                <Rating {...rating} />
              </li>
            ))}
          </ul>
        </Figure>
      </div>
    </>
  );
}
