import type { JsonColumn } from './columns.js';

interface CachedAnalyticsTable {
  key: string;
  value: JsonColumn<object>;
  computed_at: Date;
  expires_at: Date;
}

/** One row a user: the newest figures replace the ones before. */
interface UserAnalyticsTable {
  user_id: number;
  value: JsonColumn<object>;
  computed_at: Date;
  expires_at: Date;
}

/** How many events of a kind there were within an hour of the wall clock, in the roll-up's time zone. */
interface ActivityHourTable {
  /** YYYY-MM-DD. */
  day: string;
  /** 0 to 23. */
  hour: number;
  kind: string;
  events: number;
}

/** By how many users there were events on a day; a day without events has no row. */
interface ActivityDayTable {
  day: string;
  users: number;
}

/** One row: how far the roll-up is. */
interface ActivityRollupTable {
  is_only: boolean;
  timezone: string;
  /** The first day that is not rolled up; what the tables hold of it and later days no longer counts. `-infinity` before the first. */
  closed_until: string;
}

export interface AnalyticsTables {
  cached_analytics: CachedAnalyticsTable;
  user_analytics: UserAnalyticsTable;
  activity_hours: ActivityHourTable;
  activity_days: ActivityDayTable;
  activity_rollup: ActivityRollupTable;
}
