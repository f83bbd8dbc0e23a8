import type { Kysely } from 'kysely';
import { inChunks, type KeyRange } from '../batch.js';
import type { Database } from '../db/schema.js';
import type { Task, TaskContext } from '../taskkit/index.js';
import { audienceRanges, findAudience, findMails, type LoggedMail, type Member } from './audience.js';
import { deliverMails, type MailServices } from './deliver.js';
import type { MailKind } from './preferences.js';
import type { TemplateData } from './render.js';

/** What sending a mail to many takes; `clock` tells for which day or week it is. */
export interface BulkServices extends MailServices {
  clock: () => Date;
}

type Totals = { users: number; sent: number; unchanged: number; skipped: number; failed: number };
const nobody: Totals = { users: 0, sent: 0, unchanged: 0, skipped: 0, failed: 0 };

/** Splits the users seen in the last `days` days into parts, has `part` send each of them its mails, and adds up what it tells. */
export async function sendToAll(
  context: TaskContext,
  { db, clock, days, part }: { db: Kysely<Database>; clock: () => Date; days: number; part: Task<KeyRange & { at: string }> },
): Promise<Totals & { chunks: number }> {
  const totals = await inChunks(context, async () => {
    const at = clock();
    const ranges = await audienceRanges(db, at, days);
    return ranges.map((range) => part.si({ ...range, at: at.toISOString() }));
  });
  return { ...nobody, ...totals };
}

/** Whom a mail to many may go to, the key that names this user's mail, and what became of earlier tries and earlier mails. */
export interface Addressee extends Member {
  uniqueKey: string;
  earlier: LoggedMail[];
}

/** A mail to many: to whom it goes, and what it says. */
interface Edition {
  kind: MailKind;
  template: string;
  /** For which time it is: the users seen in the last `days` days before it get it. */
  at: Date;
  days: number;
  /** The unique key of a user's mail, and then those of the earlier mails that `load` is told of. */
  keysOf(member: Member): [string, ...string[]];
  /** What the mails show, by user; a user without gets none. */
  load(due: Addressee[]): Promise<Map<number, TemplateData>>;
  signal: AbortSignal;
}

/**
 * Sends a mail to the users of a range. One that is refused for good is counted as `failed`, and whoever wants none, or has theirs
 * already, as `skipped`. Throws EMAIL_UNAVAILABLE when the mail server is away: what was sent by then stays sent, and the next run
 * sends the rest.
 */
export async function sendChunk(services: MailServices, range: KeyRange, edition: Edition): Promise<Totals> {
  const { kind, template, at, days, keysOf, load, signal } = edition;
  const { db } = services;
  const members = await findAudience(db, range, { kind, at, days });
  const keys = members.map(keysOf);
  const log = await findMails(db, keys.flat());
  const { due, ...decided } = whoIsDue(members, keys, log);
  if (due.length === 0) return { ...nobody, users: members.length, ...decided };

  const data = await load(due);
  const mails = due.flatMap((addressee) => {
    const shown = data.get(addressee.userId);
    return shown ? [{ uniqueKey: addressee.uniqueKey, recipient: addressee, data: shown }] : [];
  });
  const delivered = await deliverMails(services, { template, kind, at, signal }, mails);
  return {
    users: members.length,
    sent: delivered.sent,
    unchanged: due.length - mails.length,
    skipped: decided.skipped + delivered.skipped,
    failed: decided.failed + delivered.failed,
  };
}

/** Who is still to get the mail, and how many of the others had it refused, or want none or have it. */
function whoIsDue(members: Member[], keys: [string, ...string[]][], log: ReadonlyMap<string, LoggedMail>) {
  const due: Addressee[] = [];
  let failed = 0;
  members.forEach((member, index) => {
    const [uniqueKey] = keys[index]!;
    const status = log.get(uniqueKey)?.status;
    if (status === 'failed') failed += 1;
    else if (status !== 'sent' && !member.switchedOff && member.suppressedBecause === null) {
      due.push({ ...member, uniqueKey, earlier: keys[index]!.flatMap((key) => log.get(key) ?? []) });
    }
  });
  return { due, failed, skipped: members.length - due.length - failed };
}
