import { randomBytes } from 'node:crypto';

/** What a username looks like: letters and digits of ASCII, with `.`, `_` and `-` between them. */
export const usernamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,48}[A-Za-z0-9])?$/;

/** A username for someone who chose none: readable from the name, and taken by nobody. */
export function proposeUsername(name: string): string {
  const readable = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 30);
  return `${readable || 'user'}-${randomBytes(4).toString('hex')}`;
}
