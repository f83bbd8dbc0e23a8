import path from 'node:path';
import nodemailer from 'nodemailer';
import { coded } from '../errors.js';
import type { TaskLogger } from '../taskkit/index.js';
import { type MailboxServer, startMailboxServer } from './mailbox.js';
import { smtpError } from './smtp-errors.js';
import { singleLine } from './text.js';

export interface OutgoingMail {
  to: { name: string; address: string };
  subject: string;
  html: string;
  text: string;
  /** With its angle brackets. */
  messageId: string;
  headers?: Record<string, string>;
  /** Gives the mail up when aborted. */
  signal?: AbortSignal;
}

export interface Mailer {
  /** The domain of the sender's address, in which Message-IDs are made. */
  readonly domain: string;
  /** Sends one mail. Throws EMAIL_REJECTED when it is refused for good, EMAIL_UNAVAILABLE when another try may succeed. */
  send(mail: OutgoingMail): Promise<{ messageId: string; reply: string }>;
  /** Closes the connections; one in the middle of a mail finishes it first. Mails that still wait for a connection fail. */
  close(): Promise<void>;
}

/** Milliseconds. */
export interface SmtpTimeouts {
  /** To connect. */
  connection: number;
  /** From there to the server's greeting. */
  greeting: number;
  /** Of silence. */
  socket: number;
  /** For one mail altogether, the wait for a free connection included: a server that trickles its replies is never silent. */
  mail: number;
}

interface MailerOptions {
  /** `smtp://` or `smtps://`; without one, mails go to the development mailbox under `stateDir`. */
  emailUrl?: string | undefined;
  /** The sender: `Name <address>` or an address. */
  from: string;
  stateDir: string;
  log: TaskLogger;
  timeouts?: Partial<SmtpTimeouts>;
}

const DEFAULT_TIMEOUTS: SmtpTimeouts = { connection: 10_000, greeting: 10_000, socket: 30_000, mail: 60_000 };

/** The folder in which the development mailbox keeps its mails. */
export const mailboxFolder = (stateDir: string): string => path.join(stateDir, 'mailbox');

function parseSender(from: string): { name: string; address: string } {
  const [, name = '', address = from] = /^(.*)<([^<>]+)>$/.exec(from.trim()) ?? [];
  return { name: singleLine(name).replace(/^"(.*)"$/, '$1'), address: address.trim() };
}

function createTransport(url: string, { connection, greeting, socket }: SmtpTimeouts) {
  return nodemailer.createTransport({
    url,
    pool: true,
    connectionTimeout: connection,
    greetingTimeout: greeting,
    socketTimeout: socket,
    // The worker retries; a second scheme of retries below it would only make failures slow.
    maxRequeues: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Creates what sends mails. It connects, or starts the development mailbox, with the first mail. */
export function createMailer({ emailUrl, from, stateDir, log, timeouts }: MailerOptions): Mailer {
  const sender = parseSender(from);
  const limits = { ...DEFAULT_TIMEOUTS, ...timeouts };
  let mailbox: Promise<MailboxServer> | undefined;
  let transport: ReturnType<typeof createTransport> | undefined;

  async function developmentUrl(): Promise<string> {
    mailbox ??= startMailboxServer(mailboxFolder(stateDir), log);
    try {
      return (await mailbox).url;
    } catch (cause) {
      mailbox = undefined;
      throw coded('EMAIL_UNAVAILABLE', { reason: `the development mailbox: ${(cause as Error).message}` }, { cause });
    }
  }

  return {
    domain: sender.address.slice(sender.address.lastIndexOf('@') + 1),

    async send({ to, subject, html, text, messageId, headers, signal }) {
      const url = emailUrl ?? (await developmentUrl());
      transport ??= createTransport(url, limits);
      const deadline = AbortSignal.timeout(limits.mail);
      try {
        const { response } = await transport.sendMail({
          from: sender,
          to: { name: singleLine(to.name), address: to.address },
          subject: singleLine(subject),
          html,
          text,
          messageId,
          // RFC 3834: answering machines stay silent.
          headers: { 'Auto-Submitted': 'auto-generated', ...headers },
          signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        });
        return { messageId, reply: response };
      } catch (error) {
        throw smtpError(error);
      }
    },

    async close() {
      transport?.close();
      await (await mailbox)?.close();
    },
  };
}
