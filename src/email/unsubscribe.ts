import { createHmac, timingSafeEqual } from 'node:crypto';
import { type MailKind, mailKinds } from './preferences.js';

/** Whom a link unsubscribes, and from which mails. */
export interface Subscription {
  userId: number;
  kind: MailKind;
}

/** Makes and reads the tokens of the links that unsubscribe. They do not expire: mails are kept for years. */
export interface UnsubscribeTokens {
  create(subscription: Subscription): string;
  /** What the token stands for; undefined when it was not made with this key. */
  read(token: string): Subscription | undefined;
}

const shape = /^([1-9]\d{0,15})\.([a-z_]+)\.([\w-]{43})$/;

/** @param secretKey At least 32 characters; the tokens are signed with a key made from it, which signs nothing else. */
export function createUnsubscribeTokens(secretKey: string): UnsubscribeTokens {
  const key = createHmac('sha256', secretKey).update('unsubscribe link').digest();
  const sign = (content: string) => createHmac('sha256', key).update(content).digest();

  return {
    create({ userId, kind }) {
      const content = `${userId}.${kind}`;
      return `${content}.${sign(content).toString('base64url')}`;
    },

    read(token) {
      const [, userId, name, signature] = shape.exec(token) ?? [];
      const kind = mailKinds.find((known) => known === name);
      if (!userId || !kind || !signature) return undefined;
      if (!timingSafeEqual(Buffer.from(signature, 'base64url'), sign(`${userId}.${kind}`))) return undefined;
      return { userId: Number(userId), kind };
    },
  };
}

/** Makes the links that unsubscribe. `apiUrl` is where the API is reached from outside, without a slash at its end. */
export function createUnsubscribeLinks({ secretKey, apiUrl }: { secretKey: string; apiUrl: string }) {
  const tokens = createUnsubscribeTokens(secretKey);
  return (subscription: Subscription): string => `${apiUrl}/api/unsubscribe?token=${tokens.create(subscription)}`;
}
