export type { MailServices } from './deliver.js';
export { emailHandlers } from './handlers.js';
export { type MailboxMail, readMailbox } from './mailbox.js';
export { createMailer, type Mailer, mailboxFolder } from './mailer.js';
export { createRenderer } from './render.js';
