import type { MailLogAnswer, MailLogRow } from '../../../types/index.js';
import { Badge, type Column, Empty, type IconName, Loaded, Page, Pager, Table, Time, type Tone } from '../../components/index.js';
import { navigate, type Place, usePlace, withQuery } from '../../lib/router.js';
import { useLoad } from '../../lib/use-load.js';
import { LogFilters } from './log-filters.js';
import { MailTabs } from './tabs.js';
import './mail.css';

function pathOf({ query }: Place): string {
  const asked = new URLSearchParams();
  for (const name of ['page', 'status', 'template', 'to']) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  return `api/mail-log?${asked}`;
}

/** What became of every mail; the log keeps no bodies. */
export function MailLog() {
  const place = usePlace();
  const load = useLoad<MailLogAnswer>(pathOf(place), { every: 10 });
  // Another choice begins at its first page.
  const change = (changes: Record<string, string>) =>
    navigate(withQuery(place, { page: undefined, ...changes }), { replace: true });
  const filtered = ['status', 'template', 'to'].some((name) => place.query.has(name));
  return (
    <>
      <MailTabs />
      <Page title="Mail log">
        <LogFilters query={place.query} onChange={change} />
        <div class="card">
          <Loaded of={load}>
            {(answer) => (
              <>
                <Table
                  caption="Mail log"
                  columns={columns}
                  rows={answer.items}
                  rowKey={({ id }) => id}
                  empty={<Empty icon="mail" title={filtered ? 'No mail fits' : 'No mail was sent yet'} />}
                />
                <Pager {...answer} noun="mail" />
              </>
            )}
          </Loaded>
        </div>
      </Page>
    </>
  );
}

const states: Record<MailLogRow['status'], { label: string; tone: Tone; icon: IconName }> = {
  sending: { label: 'Sending', tone: 'started', icon: 'play' },
  sent: { label: 'Sent', tone: 'success', icon: 'check' },
  failed: { label: 'Failed', tone: 'failure', icon: 'cross' },
  suppressed: { label: 'Suppressed', tone: 'revoked', icon: 'stop' },
  skipped: { label: 'Skipped', tone: 'pending', icon: 'stop' },
};

function MailStatus({ status }: MailLogRow) {
  const { label, tone, icon } = states[status];
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}

const columns: Column<MailLogRow>[] = [
  { key: 'status', label: 'State', cell: MailStatus },
  {
    key: 'subject',
    label: 'Mail',
    wide: true,
    cell: ({ subject, template, to, error }) => (
      <>
        <b class="cut mail-subject">{subject ?? template}</b>
        <span class="cut muted">{to}</span>
        {error && <span class="mail-error">{error}</span>}
      </>
    ),
  },
  { key: 'template', label: 'Template', minor: true, cell: ({ template }) => <code>{template}</code> },
  { key: 'attempts', label: 'Attempts', number: true, minor: true, cell: ({ attempts }) => attempts },
  { key: 'at', label: 'When', number: true, cell: ({ createdAt, sentAt }) => <Time at={sentAt ?? createdAt} /> },
];
