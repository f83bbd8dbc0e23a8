import type { Migration } from 'kysely';
import { people } from './0001-people.js';
import { careers } from './0002-careers.js';
import { community } from './0003-community.js';
import { tasks } from './0004-tasks.js';
import { taskOwners } from './0005-task-owners.js';
import { taskHistory } from './0006-task-history.js';
import { schedule } from './0007-schedule.js';
import { control } from './0008-control.js';

/** Every migration by name, in order. One that has been released is never changed: a later one mends it. */
export const migrations: Record<string, Migration> = {
  '0001-people': people,
  '0002-careers': careers,
  '0003-community': community,
  '0004-tasks': tasks,
  '0005-task-owners': taskOwners,
  '0006-task-history': taskHistory,
  '0007-schedule': schedule,
  '0008-control': control,
};
