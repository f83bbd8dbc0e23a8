import { Choice, Tile, Tiles } from '../../../components/index.js';
import { formatNumber } from '../../../lib/format.js';
import { navigate, usePlace, withQuery } from '../../../lib/router.js';
import type { PlatformFigures } from '../answers.js';
import { AnalyticsPage, FiguresPart } from '../frame.js';
import { useFigures } from '../use-figures.js';
import { Growth } from './growth.js';
import { Calendar, Days, WeekHours } from './heatmap.js';

const spans = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
] as const;

/** How the whole platform is doing: who is there, what they do and when, and how it grows. */
export function ActivityPage() {
  const place = usePlace();
  const days = spans.find(({ value }) => value === place.query.get('days'))?.value ?? '30';
  const platform = useFigures('platform');
  const heatmap = useFigures('heatmap', `?days=${days}`);
  const growth = useFigures('growth');
  const choose = (next: string) => navigate(withQuery(place, { days: next === '30' ? undefined : next }), { replace: true });
  return (
    <AnalyticsPage title="Activity">
      <FiguresPart title="The platform" of={platform}>
        {(figures) => <PlatformTiles figures={figures} />}
      </FiguresPart>
      <FiguresPart
        title="When people are here"
        of={heatmap}
        aside={<Choice label="How far back" value={days} options={spans} onChange={choose} />}
      >
        {(figures) => (
          <div class="columns">
            <WeekHours figures={figures} />
            <Calendar figures={figures} />
            <Days figures={figures} />
          </div>
        )}
      </FiguresPart>
      <FiguresPart title="Growth" of={growth}>
        {(figures) => <Growth figures={figures} />}
      </FiguresPart>
    </AnalyticsPage>
  );
}

function PlatformTiles({ figures: { users, content, engagement, applications } }: { figures: PlatformFigures['platform'] }) {
  return (
    <Tiles>
      <Tile label="Users" value={formatNumber(users.total)} note={`${formatNumber(users.newLast30Days)} new in 30 days`} />
      <Tile label="Active users" value={formatNumber(users.active)} note={`${formatNumber(users.premium)} premium`} />
      <Tile
        label="Users a day"
        value={engagement.dailyUsers === null ? '–' : formatNumber(engagement.dailyUsers)}
        note="mean of the last 29 days"
      />
      <Tile label="Posts" value={formatNumber(content.posts)} note={`${formatNumber(content.comments)} comments`} />
      <Tile label="Likes" value={formatNumber(engagement.likes)} note={`${formatNumber(engagement.connections)} connections`} />
      <Tile
        label="Applications"
        value={formatNumber(applications.total)}
        note={`${formatNumber(applications.last30Days)} in 30 days`}
      />
      <Tile label="Open jobs" value={formatNumber(content.openJobs)} note={`${formatNumber(content.skills)} skills known`} />
      <Tile
        label="Enrolments"
        value={formatNumber(engagement.enrollments)}
        note={`in ${formatNumber(content.courses)} courses`}
      />
    </Tiles>
  );
}
