import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a login lasts, in seconds. */
export const sessionSeconds = 12 * 60 * 60;

export const sessionCookie = 'journeyman_monitor';

/** Who logged in: `staff:7` or `basic:ada`. */
export interface Session {
  subject: string;
  /** Milliseconds since 1970. */
  expires: number;
}

/** A session with the signature that came with it. */
export type SignedSession = Session & { signature: string };

/** What signs a session: the installation's key, and what the login was made with, so that a changed password ends it. */
export interface SessionKey {
  secretKey: string;
  credential: string;
}

const signature = ({ subject, expires }: Session, { secretKey, credential }: SessionKey): string =>
  createHmac('sha256', createHmac('sha256', secretKey).update('monitor session').digest())
    .update(JSON.stringify([subject, expires, credential]))
    .digest('base64url');

/** A session as the value of a cookie. */
export const writeSession = (session: Session, key: SessionKey): string =>
  [Buffer.from(session.subject).toString('base64url'), session.expires, signature(session, key)].join('.');

/** What a cookie says of itself, yet to be verified; undefined when it is none of ours or has expired. */
export function readSession(value: string, now: Date): SignedSession | undefined {
  const [, subject, expires, signature] = /^([\w-]{1,400})\.(\d{13})\.([\w-]{43})$/.exec(value) ?? [];
  if (!subject || !signature || Number(expires) <= now.getTime()) return undefined;
  return { subject: Buffer.from(subject, 'base64url').toString(), expires: Number(expires), signature };
}

/** Whether a session was signed with this key. */
export const isSigned = (session: SignedSession, key: SessionKey): boolean =>
  timingSafeEqual(Buffer.from(session.signature), Buffer.from(signature(session, key)));

/** The value of a cookie in a request's header, or undefined. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pair = header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
