import { Tabs } from '../../components/index.js';

/** Leads from the mailbox to the log and back. */
export const MailTabs = () => (
  <Tabs
    label="Mail"
    tabs={[
      { href: 'mail', label: 'Mailbox' },
      { href: 'mail/log', label: 'Log' },
    ]}
  />
);
