import type { ComponentType } from 'preact';
import type { IconName } from './components/index.js';
import { Analytics } from './pages/analytics/index.js';
import { Audit } from './pages/audit/audit.js';
import { MailLog } from './pages/mail/log.js';
import { Mailbox } from './pages/mail/mailbox.js';
import { NamePage } from './pages/names/name.js';
import { Names } from './pages/names/names.js';
import { Overview } from './pages/overview/overview.js';
import { QueuePage } from './pages/queues/queue.js';
import { Queues } from './pages/queues/queues.js';
import { Schedule } from './pages/schedule/schedule.js';
import { TaskPage } from './pages/task/task.js';
import { Tasks } from './pages/tasks/tasks.js';
import { WorkerPage } from './pages/workers/worker.js';
import { Workers } from './pages/workers/workers.js';

export interface Route {
  /** A path below the base; `:name` takes one part of it and is handed to the page. */
  pattern: string;
  page: ComponentType<{ params: Record<string, string> }>;
  /** How it stands in the navigation; without, it is reached from other pages only. */
  nav?: { label: string; icon: IconName };
}

/** Every page of the app, in the order of the navigation. */
export const routes: Route[] = [
  { pattern: '', page: Overview, nav: { label: 'Overview', icon: 'overview' } },
  { pattern: 'tasks', page: Tasks, nav: { label: 'Tasks', icon: 'tasks' } },
  { pattern: 'tasks/:id', page: TaskPage },
  { pattern: 'names', page: Names, nav: { label: 'Kinds', icon: 'names' } },
  { pattern: 'names/:name', page: NamePage },
  { pattern: 'workers', page: Workers, nav: { label: 'Workers', icon: 'workers' } },
  { pattern: 'workers/:name', page: WorkerPage },
  { pattern: 'queues', page: Queues, nav: { label: 'Queues', icon: 'queues' } },
  { pattern: 'queues/:name', page: QueuePage },
  { pattern: 'schedule', page: Schedule, nav: { label: 'Schedule', icon: 'schedule' } },
  { pattern: 'mail', page: Mailbox, nav: { label: 'Mail', icon: 'mail' } },
  { pattern: 'mail/log', page: MailLog },
  { pattern: 'analytics', page: Analytics, nav: { label: 'Analytics', icon: 'analytics' } },
  { pattern: 'analytics/:part', page: Analytics },
  { pattern: 'analytics/:part/:item', page: Analytics },
  { pattern: 'audit', page: Audit, nav: { label: 'Audit', icon: 'audit' } },
];
