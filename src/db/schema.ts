import type { AnalyticsTables } from './schema/analytics.js';
import type { CareerTables } from './schema/careers.js';
import type { CommunityTables } from './schema/community.js';
import type { MonitorTables } from './schema/monitor.js';
import type { PeopleTables } from './schema/people.js';
import type { TaskTables } from './schema/tasks.js';

/** Every table, with the columns' names as PostgreSQL has them. Each part stands beside the migration that makes it. */
export interface Database extends PeopleTables, CareerTables, CommunityTables, TaskTables, AnalyticsTables, MonitorTables {}
