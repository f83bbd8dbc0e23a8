import path from 'node:path';
import nodemailer from 'nodemailer';
import { coded } from '../errors.js';
import type { TaskLogger } from '../taskkit/index.js';
import type { DkimKey } from './dkim.js';
import { type MailboxServer, startMailboxServer } from './mailbox.js';
import { createMailWriter } from './message.js';
import { createPace } from './pace.js';
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
  /** How many mails it sends at a time. */
  readonly connections: number;
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
  /** Where answers go, in the same form. Default: to the sender. */
  replyTo?: string | undefined;
  /** The most connections to the mail server. Default 5. */
  connections?: number;
  /** The most mails a second. Default 0, no limit. */
  ratePerSecond?: number;
  /** Signs the mails. */
  dkim?: DkimKey | undefined;
  stateDir: string;
  log: TaskLogger;
  timeouts?: Partial<SmtpTimeouts>;
}

const DEFAULT_TIMEOUTS: SmtpTimeouts = { connection: 10_000, greeting: 10_000, socket: 30_000, mail: 60_000 };

/** What the signature covers, where a mail has it. RFC 8058 asks for both headers that unsubscribe. */
const SIGNED_HEADERS = [
  'From',
  'Reply-To',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Auto-Submitted',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
];

/** The folder in which the development mailbox keeps its mails. */
export const mailboxFolder = (stateDir: string): string => path.join(stateDir, 'mailbox');

function parseAddress(text: string): { name: string; address: string } {
  const [, name = '', address = text] = /^(.*)<([^<>]+)>$/.exec(text.trim()) ?? [];
  return { name: singleLine(name).replace(/^"(.*)"$/, '$1'), address: address.trim() };
}

const dkimOptions = ({ domain, selector, privateKey }: DkimKey) => ({
  domainName: domain,
  keySelector: selector,
  privateKey,
  headerFieldNames: SIGNED_HEADERS.join(':'),
});

interface TransportOptions {
  connections: number;
  dkim: DkimKey | undefined;
  timeouts: SmtpTimeouts;
}

function createTransport(url: string, { connections, dkim, timeouts: { connection, greeting, socket } }: TransportOptions) {
  return nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: connections,
    ...(dkim && { dkim: dkimOptions(dkim) }),
    connectionTimeout: connection,
    greetingTimeout: greeting,
    socketTimeout: socket,
    // The worker retries; a second scheme of retries below it would only make failures slow.
    maxRequeues: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/**
 * A signal that is aborted when another one is, or after so many milliseconds. `end` lets go of both: what AbortSignal.timeout
 * makes would live on for each mail that was long since sent.
 */
function limited(signal: AbortSignal, milliseconds: number): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new Error(`no end within ${milliseconds / 1000} s`)), milliseconds);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

/** Creates what sends mails. It connects, or starts the development mailbox, with the first mail. */
export function createMailer(options: MailerOptions): Mailer {
  const { emailUrl, connections = 5, ratePerSecond = 0, dkim, stateDir, log } = options;
  const sender = parseAddress(options.from);
  const replyTo = options.replyTo === undefined ? undefined : parseAddress(options.replyTo);
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  // nodemailer's own limit counts no mail that opens a connection.
  const pace = ratePerSecond > 0 ? createPace(ratePerSecond) : undefined;
  const write = createMailWriter();
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
    connections,

    async send({ to, subject, html, text, messageId, headers, signal = new AbortController().signal }) {
      const url = emailUrl ?? (await developmentUrl());
      transport ??= createTransport(url, { connections, dkim, timeouts });
      let limit: ReturnType<typeof limited> | undefined;
      try {
        await pace?.(signal);
        limit = limited(signal, timeouts.mail);
        const written = write({
          from: sender,
          replyTo,
          to: { name: singleLine(to.name), address: to.address },
          subject: singleLine(subject),
          html,
          text,
          messageId,
          // RFC 3834: answering machines stay silent.
          headers: { 'Auto-Submitted': 'auto-generated', ...headers },
        });
        const { response } = await transport.sendMail({ ...written, signal: limit.signal });
        return { messageId, reply: response };
      } catch (error) {
        throw smtpError(error);
      } finally {
        limit?.end();
      }
    },

    async close() {
      transport?.close();
      await (await mailbox)?.close();
    },
  };
}
