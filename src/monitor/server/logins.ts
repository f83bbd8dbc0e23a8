import { createHash, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { checkStaffPassword, findStaff } from '../../accounts/index.js';
import type { Database } from '../../db/schema.js';
import { isSigned, readSession, type SignedSession, sessionSeconds, writeSession } from './cookie.js';
import { endSession, isEnded } from './ended-sessions.js';

/** Who may log in. */
export interface Logins {
  /** The name of whoever a user and a password are of, and a session as the value of a cookie; undefined when they are wrong. */
  logIn(user: string, password: string): Promise<{ name: string; cookie: string } | undefined>;
  /** The name of whoever a session is of; undefined when it is not valid any more. */
  resume(cookie: string): Promise<string | undefined>;
  /** Ends a session, whoever else has a copy of its cookie. */
  end(cookie: string): Promise<void>;
  /** The name of whoever an Authorization header is of; undefined when it is wrong. */
  authorize(header: string): string | undefined;
}

export interface LoginOptions {
  db: Kysely<Database>;
  /** `user:password` each. */
  basicAuth: readonly string[];
  tokens: readonly string[];
  secretKey: string;
  clock: () => Date;
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether a text is one of these; it takes as long whichever it is. */
function isOneOf(text: string, known: readonly string[]): boolean {
  const given = digest(text);
  return known.map((candidate) => timingSafeEqual(given, digest(candidate))).includes(true);
}

/** The user of `user:password`, where the password may hold colons. */
const userOf = (pair: string) => pair.slice(0, pair.indexOf(':'));

/** The logins of the monitor: those of the settings, and the platform's staff. */
export function createLogins({ db, basicAuth, tokens, secretKey, clock }: LoginOptions): Logins {
  const begin = (subject: string, credential: string) =>
    writeSession({ subject, expires: clock().getTime() + sessionSeconds * 1000 }, { secretKey, credential });

  /** What the session of a subject is signed with, and its name; undefined when it may not log in any more. */
  async function credentialOf(subject: string): Promise<{ name: string; credential: string } | undefined> {
    const [, kind, rest = ''] = /^(staff(?=:\d{1,9}$)|basic):(.+)$/s.exec(subject) ?? [];
    if (kind === 'basic') {
      const pair = basicAuth.find((candidate) => candidate.startsWith(`${rest}:`));
      return pair === undefined ? undefined : { name: rest, credential: pair };
    }
    const staff = kind === 'staff' ? await findStaff(db, Number(rest)) : undefined;
    return staff && { name: staff.email, credential: staff.passwordHash };
  }

  /** What a cookie is of that was signed here and has not expired, and its name. */
  async function verify(cookie: string): Promise<{ name: string; session: SignedSession } | undefined> {
    const session = readSession(cookie, clock());
    const holder = session && (await credentialOf(session.subject));
    return holder && isSigned(session, { secretKey, credential: holder.credential }) ? { name: holder.name, session } : undefined;
  }

  return {
    async logIn(user, password) {
      const pair = `${user}:${password}`;
      if (isOneOf(pair, basicAuth)) return { name: userOf(pair), cookie: begin(`basic:${userOf(pair)}`, pair) };
      const staff = await checkStaffPassword(db, user, password);
      return staff && { name: staff.email, cookie: begin(`staff:${staff.id}`, staff.passwordHash) };
    },
    async resume(cookie) {
      const found = await verify(cookie);
      return found && !(await isEnded(db, found.session)) ? found.name : undefined;
    },
    async end(cookie) {
      const found = await verify(cookie);
      if (found) await endSession(db, found.session);
    },
    authorize(header) {
      const [, token] = /^Bearer +(\S+)$/i.exec(header) ?? [];
      if (token !== undefined) return isOneOf(token, tokens) ? 'token' : undefined;
      const [, encoded] = /^Basic +(\S+)$/i.exec(header) ?? [];
      const pair = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
      return pair !== undefined && isOneOf(pair, basicAuth) ? userOf(pair) : undefined;
    },
  };
}
