export { emailHandlers } from './handlers.js';
export { type MailboxMail, readMailbox } from './mailbox.js';
export { createMailer, mailboxFolder } from './mailer.js';
export { createRenderer } from './render.js';
