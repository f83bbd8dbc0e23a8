import { createHash, randomBytes } from 'node:crypto';

/** How long an access token is accepted, in seconds. */
export const accessTokenSeconds = 15 * 60;

/** What is stored of a token that a client holds. The token has 256 random bits, so that a fast hash without a salt is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Makes a token that says nothing of its owner, and the hash to store. */
export function createToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashToken(token) };
}
