import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { JourneymanError } from '../errors.js';
import type { Mailer } from './mailer.js';
import { claimMail, lockMail, markSent, markTried, type Recipient } from './queries.js';
import type { RenderedMail, Renderer, TemplateData } from './render.js';
import { displayName } from './text.js';

/** What sending a mail takes. */
export interface MailServices {
  db: Kysely<Database>;
  mailer: Mailer;
  renderer: Renderer;
}

interface Delivery {
  /** Names the mail, such as `welcome:42`: a mail of one name is sent once. */
  uniqueKey: string;
  recipient: Recipient;
  template: string;
  /** What the template shows beside the recipient's `name`. */
  data: TemplateData;
  signal?: AbortSignal;
}

/** What became of a mail. A type and no interface, so that it fits a task's result. */
export type MailOutcome = { status: 'sent' | 'skipped'; reason?: string; mailId: number; messageId: string };

/** Derived from the mail's name, so that a second copy, sent after a crash, bears the Message-ID of the first. */
function messageIdOf(uniqueKey: string, domain: string): string {
  return `<${createHash('sha256').update(uniqueKey).digest('hex').slice(0, 40)}@${domain}>`;
}

function refusalOf({ isActive, suppressedBecause }: Recipient): { status: 'skipped' | 'suppressed'; reason: string } | undefined {
  if (!isActive) return { status: 'skipped', reason: 'inactive user' };
  if (suppressedBecause !== null) return { status: 'suppressed', reason: 'suppressed address' };
  return undefined;
}

/**
 * Sends a mail once, however often and from however many workers it is asked for: who comes second waits for the first and
 * then finds the mail sent. Only a crash between the mail server's yes and our commit sends it again, with the same Message-ID.
 *
 * A mail to an inactive user or a suppressed address is skipped. Throws EMAIL_REJECTED or EMAIL_UNAVAILABLE, which the mail
 * log then shows.
 */
export async function deliverMail(services: MailServices, delivery: Delivery): Promise<MailOutcome> {
  const { db, mailer, renderer } = services;
  const { uniqueKey, recipient, template, data } = delivery;
  const name = displayName(recipient.name) || displayName(recipient.username);
  const mail = renderer.render(template, { ...data, name: name || 'there' });
  const messageId = messageIdOf(uniqueKey, mailer.domain);
  const refusal = refusalOf(recipient);

  // Committed before the mail leaves, so that a crash while it is under way leaves a trace.
  await claimMail(db, {
    uniqueKey,
    userId: recipient.userId,
    address: recipient.address,
    template,
    subject: mail.subject,
    messageId,
    status: refusal?.status ?? 'sending',
    error: refusal?.reason ?? null,
  });

  // The failure is returned, not thrown, because a throw would roll back the note of it.
  const outcome = await db.transaction().execute(async (trx): Promise<MailOutcome | JourneymanError> => {
    const row = await lockMail(trx, uniqueKey);
    const known = { mailId: row.id, messageId: row.messageId ?? messageId };
    if (row.status === 'sent') return { status: 'skipped', reason: 'already sent', ...known };
    if (refusal) return { status: 'skipped', reason: refusal.reason, ...known };

    const failure = await trySending(mailer, delivery, { ...mail, name, messageId });
    if (!failure) await markSent(trx, row.id);
    else await markTried(trx, row.id, { status: failure.permanent ? 'failed' : 'sending', error: failure.message });
    return failure ?? { status: 'sent', ...known };
  });
  if (outcome instanceof JourneymanError) throw outcome;
  return outcome;
}

async function trySending(
  mailer: Mailer,
  { recipient, signal }: Delivery,
  { name, ...mail }: RenderedMail & { name: string; messageId: string },
): Promise<JourneymanError | undefined> {
  try {
    await mailer.send({ ...mail, to: { name, address: recipient.address }, ...(signal && { signal }) });
    return undefined;
  } catch (error) {
    if (error instanceof JourneymanError) return error;
    throw error;
  }
}
