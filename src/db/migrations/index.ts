import type { Migration } from 'kysely';
import { people } from './0001-people.js';
import { careers } from './0002-careers.js';
import { community } from './0003-community.js';
import { tasks } from './0004-tasks.js';
import { taskOwners } from './0005-task-owners.js';
import { control } from './0006-control.js';
import { notificationsById } from './0007-notifications-by-id.js';
import { resumeUpkeep } from './0008-resume-upkeep.js';
import { skillSource } from './0009-skill-source.js';
import { recommendations } from './0010-recommendations.js';
import { analytics } from './0011-analytics.js';
import { monitor } from './0012-monitor.js';
import { taskAttempts } from './0013-task-attempts.js';
import { fastClocks } from './0014-fast-clocks.js';

/** Every migration by name, in order. One that has been released is never changed: a later one mends it. */
export const migrations: Record<string, Migration> = {
  '0001-people': people,
  '0002-careers': careers,
  '0003-community': community,
  '0004-tasks': tasks,
  '0005-task-owners': taskOwners,
  '0006-control': control,
  '0007-notifications-by-id': notificationsById,
  '0008-resume-upkeep': resumeUpkeep,
  '0009-skill-source': skillSource,
  '0010-recommendations': recommendations,
  '0011-analytics': analytics,
  '0012-monitor': monitor,
  '0013-task-attempts': taskAttempts,
  '0014-fast-clocks': fastClocks,
};
