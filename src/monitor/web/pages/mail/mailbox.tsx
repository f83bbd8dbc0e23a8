import type { MailboxAnswer, MailSummary } from '../../../types/index.js';
import { Empty, Loaded, Page, Time } from '../../components/index.js';
import { type Place, usePlace, withQuery } from '../../lib/router.js';
import { useLoad } from '../../lib/use-load.js';
import { Mail } from './mail.js';
import { MailTabs } from './tabs.js';
import './mail.css';

/** The development mailbox: the last mails, and one of them beside the list (on a phone, instead of it). */
export function Mailbox() {
  const place = usePlace();
  const chosen = place.query.get('mail') ?? undefined;
  const load = useLoad<MailboxAnswer>('api/mailbox', { every: 5 });
  return (
    <>
      <MailTabs />
      <Page title="Mail">
        <Loaded of={load}>
          {({ inUse, mails }) => {
            if (!inUse) return <NotInUse />;
            if (mails.length === 0 && !chosen) return <NoMails />;
            return (
              <div class={chosen ? 'mailbox mailbox-open' : 'mailbox'}>
                <MailList mails={mails} chosen={chosen} place={place} />
                {chosen ? <Mail key={chosen} id={chosen} /> : <NoneChosen />}
              </div>
            );
          }}
        </Loaded>
      </Page>
    </>
  );
}

function MailList({ mails, chosen, place }: { mails: MailSummary[]; chosen: string | undefined; place: Place }) {
  return (
    <nav class="card mails" aria-label="Mails">
      {mails.map(({ id, to, subject, date }) => (
        <a key={id} href={withQuery(place, { mail: id })} aria-current={id === chosen ? 'true' : undefined}>
          <b class="cut">{subject || 'No subject'}</b>
          <span class="mail-line">
            <span class="cut muted">{to}</span>
            <Time at={date} />
          </span>
        </a>
      ))}
    </nav>
  );
}

const NoneChosen = () => (
  <div class="card mail-none">
    <Empty icon="mail" title="Choose a mail to read it" />
  </div>
);

const NotInUse = () => (
  <div class="card">
    <Empty icon="mail" title="The development mailbox is not in use">
      <p>
        Mails are sent through EMAIL_URL. What was sent is in the <a href="mail/log">mail log</a>.
      </p>
    </Empty>
  </div>
);

const NoMails = () => (
  <div class="card">
    <Empty icon="mail" title="No mail yet">
      <p>As long as EMAIL_URL is not set, every mail of the platform lands here, and nowhere else.</p>
    </Empty>
  </div>
);
