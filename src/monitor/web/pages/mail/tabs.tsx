import { usePlace } from '../../lib/router.js';

/** Leads from the mailbox to the log and back. */
export function MailTabs() {
  const { path } = usePlace();
  const tab = (href: string, label: string) => (
    <a href={href} aria-current={path === href ? 'page' : undefined}>
      {label}
    </a>
  );
  return (
    <nav class="choice" aria-label="Mail">
      {tab('mail', 'Mailbox')}
      {tab('mail/log', 'Log')}
    </nav>
  );
}
