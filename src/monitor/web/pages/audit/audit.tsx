import type { AuditAnswer, AuditRow } from '../../../types/index.js';
import {
  Badge,
  type Column,
  Empty,
  type IconName,
  Loaded,
  Page,
  Pager,
  Table,
  TextFilter,
  Time,
  type Tone,
} from '../../components/index.js';
import { shortName } from '../../lib/format.js';
import { navigate, usePlace, withQuery } from '../../lib/router.js';
import { useLoad } from '../../lib/use-load.js';
import './audit.css';

const filters = ['user', 'target', 'kind', 'outcome'];

function pathOf(query: URLSearchParams): string {
  const asked = new URLSearchParams();
  for (const name of ['page', ...filters]) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  return `api/audit?${asked}`;
}

/** What was done through the monitor: by whom, when, from where, to what, and how it ended. */
export function Audit() {
  const place = usePlace();
  const load = useLoad<AuditAnswer>(pathOf(place.query), { every: 10 });
  // Another choice begins at its first page.
  const change = (changes: Record<string, string>) =>
    navigate(withQuery(place, { page: undefined, ...changes }), { replace: true });
  const filtered = filters.some((name) => place.query.has(name));
  return (
    <Page title="Audit">
      <Filters query={place.query} onChange={change} />
      <div class="card">
        <Loaded of={load}>
          {(answer) => (
            <>
              <Table
                caption="Actions, the newest first"
                columns={columns}
                rows={answer.items}
                rowKey={({ id }) => id}
                empty={
                  <Empty icon="audit" title={filtered ? 'No action fits' : 'Nothing was done yet'}>
                    {!filtered && <p>Whatever is changed through the monitor is written down here.</p>}
                  </Empty>
                }
              />
              <Pager {...answer} noun="action" />
            </>
          )}
        </Loaded>
      </div>
    </Page>
  );
}

function Filters({ query, onChange }: { query: URLSearchParams; onChange: (changes: Record<string, string>) => void }) {
  return (
    <search class="audit-filters">
      <select
        aria-label="Kind"
        value={query.get('kind') ?? ''}
        onChange={(event) => onChange({ kind: event.currentTarget.value })}
      >
        <option value="">Any action</option>
        <option value="task">On tasks</option>
        <option value="worker">On workers</option>
        <option value="queue">On queues</option>
        <option value="schedule">On the schedule</option>
        <option value="session">Logins</option>
        <option value="analytics">On analytics</option>
      </select>
      <select
        aria-label="Outcome"
        value={query.get('outcome') ?? ''}
        onChange={(event) => onChange({ outcome: event.currentTarget.value })}
      >
        <option value="">Any outcome</option>
        <option value="done">Done</option>
        <option value="failed">Failed</option>
        <option value="begun">Not known</option>
      </select>
      <TextFilter label="Who" value={query.get('user') ?? ''} maxLength={254} onChange={(user) => onChange({ user })} />
      <TextFilter label="Target" value={query.get('target') ?? ''} maxLength={300} onChange={(target) => onChange({ target })} />
    </search>
  );
}

const columns: Column<AuditRow>[] = [
  { key: 'outcome', label: 'Outcome', cell: Outcome },
  {
    key: 'action',
    label: 'Action',
    wide: true,
    cell: (row) => (
      <div class="audit-action">
        <b>{row.action}</b>
        <Target {...row} />
        {hasDetails(row.details) && <code class="muted">{JSON.stringify(row.details)}</code>}
      </div>
    ),
  },
  {
    key: 'user',
    label: 'Who',
    cell: ({ user, address }) => (
      <div class="audit-action">
        <span class="cut">{user}</span>
        <span class="muted">{address}</span>
      </div>
    ),
  },
  { key: 'at', label: 'When', number: true, cell: ({ at }) => <Time at={at} /> },
];

const hasDetails = (details: AuditRow['details']) =>
  details !== null && typeof details === 'object' && Object.keys(details).length > 0;

interface Look {
  label: string;
  tone: Tone;
  icon: IconName;
}

const outcomes: Record<string, Look> = {
  done: { label: 'Done', tone: 'success', icon: 'check' },
  begun: { label: 'Not known', tone: 'pending', icon: 'help' },
};

/** Any other outcome is the code of an error. */
function Outcome({ outcome }: AuditRow) {
  const { label, tone, icon } = outcomes[outcome] ?? ({ label: outcome, tone: 'failure', icon: 'cross' } satisfies Look);
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}

/** Where there is a page about what was acted on. */
const pageOf: Record<string, string> = { worker: 'workers', queue: 'queues', task: 'tasks' };

function Target({ action, target }: AuditRow) {
  // What was called is a task's name; every other action on tasks is on one task, by its id.
  const page = action === 'task.call' ? 'names' : pageOf[action.split('.')[0]!];
  if (!page) return <span class="audit-target">{target}</span>;
  return (
    <a class="audit-target" href={`${page}/${encodeURIComponent(target)}`} title={target}>
      {page === 'names' ? shortName(target) : target}
    </a>
  );
}
