import type { ComponentType } from 'preact';
import { Empty } from '../../components/index.js';
import { ActivityPage } from './activity/activity.js';
import { CoursesPage } from './courses.js';
import { AnalyticsPage } from './frame.js';
import { JobsPage } from './jobs.js';
import { LeaderboardPage } from './leaderboard.js';
import { MentoringPage } from './mentoring.js';
import { ReportPage } from './reports/report.js';
import { ReportsPage } from './reports/reports.js';
import { SkillsPage } from './skills.js';
import { SnapshotPage } from './snapshots/snapshot.js';
import { SnapshotsPage } from './snapshots/snapshots.js';
import './analytics.css';

const parts = new Map<string, ComponentType>([
  ['', ActivityPage],
  ['skills', SkillsPage],
  ['jobs', JobsPage],
  ['courses', CoursesPage],
  ['mentoring', MentoringPage],
  ['leaderboard', LeaderboardPage],
  ['reports', ReportsPage],
  ['snapshots', SnapshotsPage],
]);

/** The analytics page of a path: `part` is what follows `analytics/`, `item` what follows that. */
export function Pages({ part = '', item }: { part?: string | undefined; item?: string | undefined }) {
  if (item !== undefined && part === 'reports') return <ReportPage date={item} />;
  if (item !== undefined && part === 'snapshots') return <SnapshotPage name={item} />;
  const Part = item === undefined ? parts.get(part) : undefined;
  if (Part) return <Part />;
  return (
    <AnalyticsPage title="Not found">
      <Empty icon="search" title="There is no such page">
        <a href="analytics">To the activity</a>
      </Empty>
    </AnalyticsPage>
  );
}
