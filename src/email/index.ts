export type { MailServices } from './deliver.js';
export { digestHandlers } from './digest/handlers.js';
export { type DkimKey, readDkimKey } from './dkim.js';
export { emailHandlers } from './handlers.js';
export { type MailboxMail, readMailbox } from './mailbox.js';
export { createMailer, type Mailer, mailboxFolder } from './mailer.js';
export { createRenderer } from './render.js';
export { createUnsubscribeLinks } from './unsubscribe.js';
export { weeklyReportHandlers } from './weekly-report/handlers.js';
