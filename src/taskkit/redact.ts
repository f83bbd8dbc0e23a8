import { isSealed } from './sealer.js';
import { storableText } from './storable.js';

/** The most characters of one text, of one value as a whole, and the most levels of nesting that are kept. */
const maxText = 2000;
const maxSize = 16_000;
const maxDepth = 32;

const secretWords =
  'password passwd passphrase passcode pwd token secret authorization bearer jwt cookie credential apikey accesskey privatekey';

/** Finds them in a key, whatever the case of their letters and whatever stands between these. */
const secretKey = new RegExp(secretWords.replace(/(?<=\w)(?=\w)/g, '[^a-z]*').replaceAll(' ', '|'), 'i');

/**
 * A JSON value as it may be kept and shown: what stands under a key that looks like a secret's becomes '[redacted]', a sealed
 * text '[sealed]', texts over 2,000 characters are cut, and of a value over 16,000 characters only the start is kept, as
 * `{ truncated: true, start: … }`. It never holds what PostgreSQL can't store.
 */
export function redact(value: unknown): unknown {
  const budget = { left: maxSize };
  const copy = copyOf(value, budget, 0);
  return budget.left < 0 ? { truncated: true, start: copy } : copy;
}

/** The same as JSON text; null for no value. Most values are short and have nothing to hide, and are kept as they are. */
export function redactedJson(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = JSON.stringify(value);
  return isHarmless(text) ? text : JSON.stringify(redact(value));
}

/** An escape may hide letters of a key, and stands for every character that PostgreSQL can't store. */
const isHarmless = (text: string): boolean => text.length <= maxText && !/\\|"sealed:/.test(text) && !secretKey.test(text);

/** Copies what the budget allows. A value that exhausts it is still kept, what comes after it is not. */
function copyOf(value: unknown, budget: { left: number }, depth: number): unknown {
  budget.left -= 4;
  if (typeof value === 'string') {
    const text = isSealed(value) ? '[sealed]' : cut(value);
    budget.left -= text.length;
    return text;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (depth === maxDepth) {
    budget.left = -1;
    return null;
  }
  if (Array.isArray(value)) {
    const members = [];
    for (const member of value) {
      if (budget.left < 0) break;
      members.push(copyOf(member, budget, depth + 1));
    }
    return members;
  }
  const members: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (budget.left < 0) break;
    budget.left -= Math.min(key.length, maxText);
    members.push([cut(key), secretKey.test(key) ? '[redacted]' : copyOf(member, budget, depth + 1)]);
  }
  return Object.fromEntries(members);
}

function cut(text: string): string {
  if (text.length <= maxText) return storableText(text);
  return `${storableText(text.slice(0, maxText))}… (${text.length - maxText} more characters)`;
}
