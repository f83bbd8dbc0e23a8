import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { JourneymanError } from '../errors.js';
import { type ClaimedMail, claimMails, lockMails, unlockMails } from './mail-log.js';
import type { Mailer } from './mailer.js';
import { findOptedOut, type MailKind } from './preferences.js';
import type { Recipient } from './queries.js';
import type { Renderer, TemplateData } from './render.js';
import { type PreparedMail, sendMails } from './send.js';
import { displayName, shorten, singleLine } from './text.js';
import type { Subscription } from './unsubscribe.js';

/** What sending a mail takes. */
export interface MailServices {
  db: Kysely<Database>;
  mailer: Mailer;
  renderer: Renderer;
  /** The link in a mail by which its recipient gets no more of its kind; see `createUnsubscribeLinks`. */
  unsubscribeLink(subscription: Subscription): string;
}

interface Mail {
  /** Names the mail, such as `welcome:42`: a mail of one name is sent once. */
  uniqueKey: string;
  recipient: Recipient;
  /** What the template shows beside the recipient's `name` and the `unsubscribeUrl`, which is null in a mail of no kind. */
  data: TemplateData;
}

interface About {
  template: string;
  /** What a user can switch off. A mail of no kind always goes out. */
  kind?: MailKind;
  /** For which time the mail is, as the mail log says when it was created. Default: now. */
  at?: Date;
  /** Stops the sending when aborted. */
  signal?: AbortSignal;
}

/** What became of a mail. A type and no interface, so that it fits a task's result. */
export type MailOutcome = { status: 'sent' | 'skipped'; reason?: string; mailId: number; messageId: string };

/** What became of many mails: how many were sent, were not to be sent (again), or were refused for good. */
export type MailTotals = { sent: number; skipped: number; failed: number };

type Outcome = MailOutcome | { status: 'failed'; error: Error };

/** How many mails are locked, rendered and held in memory at a time. */
const SLICE = 50;

/**
 * Sends a mail once, however often and from however many workers it is asked for: who comes second waits for the first and
 * then finds the mail sent. Only a crash between the mail server's yes and our commit sends it again, with the same Message-ID.
 *
 * A mail to an inactive user, to a suppressed address or of a kind that the user has switched off is skipped. Throws
 * EMAIL_REJECTED or EMAIL_UNAVAILABLE, which the mail log then shows. An address that is refused for good is suppressed.
 */
export async function deliverMail(
  services: MailServices,
  { uniqueKey, recipient, data, ...about }: Mail & About,
): Promise<MailOutcome> {
  const [outcome] = (await deliverSlice(services, about, [{ uniqueKey, recipient, data }])) as [Outcome];
  if (outcome.status === 'failed') throw outcome.error;
  return outcome;
}

/**
 * Sends many mails of one template and kind, each under a name of its own, as `deliverMail` does each, with few statements and over
 * all connections of the mailer. One that is refused for good stops no other.
 *
 * Throws EMAIL_UNAVAILABLE at once when the mail server takes no mails, and at the end when it took some but put others off; and at
 * the end, too, what was wrong with a mail that could not be rendered. Called again with the same mails, it sends those that are left. Should the process die, the mails whose result is not written
 * yet are sent again: at most twice as many as there are connections.
 */
export async function deliverMails(services: MailServices, about: About, mails: Mail[]): Promise<MailTotals> {
  const totals: MailTotals = { sent: 0, skipped: 0, failed: 0 };
  let unsent: Error | undefined;
  for (let start = 0; start < mails.length; start += SLICE) {
    for (const outcome of await deliverSlice(services, about, mails.slice(start, start + SLICE))) {
      totals[outcome.status] += 1;
      if (outcome.status === 'failed' && !isRefused(outcome.error)) unsent ??= outcome.error;
    }
  }
  if (unsent) throw unsent;
  return totals;
}

const isRefused = (error: Error) => error instanceof JourneymanError && error.code === 'EMAIL_REJECTED';

/** Holds the locks of some mails while it sends them. All statements go over one connection, which no lock outlives. */
async function deliverSlice(services: MailServices, about: About, mails: Mail[]): Promise<Outcome[]> {
  return services.db.connection().execute(async (db) => {
    try {
      await lockMails(
        db,
        mails.map(({ uniqueKey }) => uniqueKey),
      );
      return await deliverLocked({ ...services, db }, about, mails);
    } finally {
      await unlockMails(db);
    }
  });
}

async function deliverLocked(services: MailServices, about: About, mails: Mail[]): Promise<Outcome[]> {
  const { db, mailer } = services;
  const { template, kind, at, signal } = about;
  const userIds = mails.map(({ recipient }) => recipient.userId);
  const optedOut = kind ? await findOptedOut(db, kind, userIds) : new Set<number>();
  const drafts = mails.map((mail): Mail & Draft => {
    const refusal = refusalOf(mail.recipient, optedOut);
    return { ...mail, ...(refusal ? { refusal } : tryRendering(services, about, mail)) };
  });

  // Committed before the mails leave, so that a crash while they are under way leaves a trace.
  const claimed = await claimMails(
    db,
    drafts.map(({ uniqueKey, recipient: { userId, address }, refusal, content, fault }) => ({
      uniqueKey,
      userId,
      address,
      template,
      subject: content?.subject ?? null,
      messageId: messageIdOf(uniqueKey, mailer.domain),
      status: refusal?.status ?? (fault ? 'failed' : 'sending'),
      error: refusal?.reason ?? (fault ? shorten(singleLine(fault.message), 300) : null),
      at,
    })),
  );

  const inLog = (uniqueKey: string) => claimed.get(uniqueKey) as ClaimedMail;
  const unsent = drafts.flatMap(({ uniqueKey, content }) => {
    const { sent, ...known } = inLog(uniqueKey);
    return content && !sent ? [{ ...content, ...known }] : [];
  });
  const errors = await sendMails({ db, mailer }, unsent, signal);
  return drafts.map(({ uniqueKey, refusal, fault }) => {
    const { sent, ...known } = inLog(uniqueKey);
    if (sent) return { status: 'skipped', reason: 'already sent', ...known };
    if (refusal) return { status: 'skipped', reason: refusal.reason, ...known };
    const error = fault ?? errors.get(known.mailId);
    return error ? { status: 'failed', error } : { status: 'sent', ...known };
  });
}

interface Refusal {
  status: 'skipped' | 'suppressed';
  reason: string;
}

/** Why nothing is sent to someone, if so. */
function refusalOf({ userId, isActive, suppressedBecause }: Recipient, optedOut: Set<number>): Refusal | undefined {
  if (!isActive) return { status: 'skipped', reason: 'inactive user' };
  if (suppressedBecause !== null) return { status: 'suppressed', reason: 'suppressed address' };
  if (optedOut.has(userId)) return { status: 'skipped', reason: 'switched off' };
  return undefined;
}

type Content = Omit<PreparedMail, 'mailId' | 'messageId'>;

/** What is to become of a mail: it is sent, it is not to be sent, or it could not be rendered. */
interface Draft {
  content?: Content;
  refusal?: Refusal;
  fault?: Error;
}

/** One mail that cannot be rendered must not keep the others from being sent. */
function tryRendering(services: MailServices, about: About, mail: Mail): Draft {
  try {
    return { content: render(services, about, mail) };
  } catch (error) {
    return { fault: error as Error };
  }
}

function render({ renderer, unsubscribeLink }: MailServices, { template, kind }: About, { recipient, data }: Mail): Content {
  const name = displayName(recipient.name) || displayName(recipient.username);
  const unsubscribeUrl = kind ? unsubscribeLink({ userId: recipient.userId, kind }) : null;
  return {
    ...renderer.render(template, { ...data, name: name || 'there', unsubscribeUrl }),
    to: { name, address: recipient.address },
    ...(unsubscribeUrl && { headers: oneClickHeaders(unsubscribeUrl) }),
  };
}

/** RFC 8058: the mail program offers to unsubscribe, and does so by a POST to the link. */
const oneClickHeaders = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

/** Derived from the mail's name, so that a second copy, sent after a crash, bears the Message-ID of the first. */
function messageIdOf(uniqueKey: string, domain: string): string {
  return `<${createHash('sha256').update(uniqueKey).digest('hex').slice(0, 40)}@${domain}>`;
}
