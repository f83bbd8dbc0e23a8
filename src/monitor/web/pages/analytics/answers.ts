import type { DailyReport } from '../../../../analytics/report/types.js';
import type { Manifest } from '../../../../analytics/snapshot/manifest.js';
import type { FigureKey, Figures, HeatmapFigures } from '../../../../analytics/types.js';

/** Figures as the API answers them. Times are ISO 8601 texts. */
export interface FiguresAnswer<T> {
  figures: T;
  computedAt: string;
  /** Whether they are out of date; newer ones are on their way then, unless the monitor is read-only. */
  stale: boolean;
}

/** The task that computes what was asked for; what is answered in place of figures that were never computed, too. */
export interface Asked {
  taskId: string;
}

type TopMentor = Figures<'mentoring'>['topMentors'][number] & { name: string; username: string };

/** Of the whole platform, by the path below `api/analytics`. */
export type PlatformFigures = { [K in Exclude<FigureKey, 'mentoring'>]: Figures<K> } & {
  mentoring: Omit<Figures<'mentoring'>, 'topMentors'> & { topMentors: TopMentor[] };
  heatmap: HeatmapFigures;
};

export type Skill = Figures<'skills'>['mostHeld'][number];
export type Course = Figures<'courses'>['mostEnrolled'][number];
export type Month = Figures<'growth'>['months'][number];
export type Day = HeatmapFigures['days'][number];

export interface LeaderboardAnswer {
  items: { rank: number; userId: number; name: string; username: string; points: number; achievements: number }[];
  /** Null before the first time. */
  computedAt: string | null;
  refreshing: boolean;
}

/** A page of a list, with how many items there are in all. */
export interface PageOf<T> {
  items: T[];
  page: number;
  pageSize: number;
  total: number;
}

export type ReportItem = Pick<DailyReport, 'date' | 'changes'> & { computedAt: string };

export interface ReportAnswer {
  report: DailyReport;
  computedAt: string;
}

export type { DailyReport, Manifest };
