/** `GET /api/mailbox`: the development mailbox, the newest first, at most 50. */
export interface MailboxAnswer {
  /** False when mails are sent through EMAIL_URL: then the list is empty. */
  inUse: boolean;
  mails: MailSummary[];
}

export interface MailSummary {
  id: string;
  from: string;
  to: string;
  subject: string;
  date: string | null;
}

/**
 * `GET /api/mailbox/:id`. 404 MAIL_NOT_FOUND.
 *
 * Its HTML is a page of its own, `GET /api/mailbox/:id/html`, for a frame with `sandbox=""`: it runs no scripts and loads nothing.
 */
export interface MailDetail extends MailSummary {
  text: string;
  hasHtml: boolean;
  /** By name in lower case. */
  headers: Record<string, string>;
  /** As it was sent, cut to 1 MB. */
  source: string;
}

/** `GET /api/mail-log?page=1&pageSize=50&status=failed&template=welcome&to=ada@example.com`: the newest first, never a body. */
export interface MailLogAnswer {
  items: MailLogRow[];
  page: number;
  pageSize: number;
  total: number;
}

export interface MailLogRow {
  id: number;
  userId: number | null;
  to: string;
  template: string;
  subject: string | null;
  status: 'sending' | 'sent' | 'failed' | 'suppressed' | 'skipped';
  error: string | null;
  attempts: number;
  createdAt: string;
  sentAt: string | null;
}
