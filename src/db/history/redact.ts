import { isSealed, storableText } from '../../taskkit/index.js';

/** The most characters of one text, of one value as a whole, and the most levels of nesting that are kept. */
const maxText = 2000;
const maxSize = 16_000;
const maxDepth = 32;

/** Found in a key's letters, whatever their case and whatever stands between them. */
const secretKey =
  /password|passwd|passphrase|passcode|pwd|token|secret|authorization|bearer|jwt|cookie|credential|apikey|accesskey|privatekey/;

const isSecret = (key: string) => secretKey.test(key.toLowerCase().replace(/[^a-z]/g, ''));

interface Redacted {
  value: unknown;
  /** About how many characters its JSON takes. */
  size: number;
}

/**
 * A JSON value as it may be kept and shown: what stands under a key that looks like a secret's becomes '[redacted]', a sealed
 * text '[sealed]', texts over 2,000 characters are cut, and of a value over 16,000 characters only the start is kept, as
 * `{ truncated: true, start: … }`. It never holds what PostgreSQL can't store.
 */
export function redact(value: unknown): Redacted {
  const budget = { left: maxSize };
  const copy = copyOf(value, budget, 0);
  return { value: budget.left < 0 ? { truncated: true, start: copy } : copy, size: maxSize - budget.left };
}

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
    members.push([cut(key), isSecret(key) ? '[redacted]' : copyOf(member, budget, depth + 1)]);
  }
  return Object.fromEntries(members);
}

function cut(text: string): string {
  if (text.length <= maxText) return storableText(text);
  return `${storableText(text.slice(0, maxText))}… (${text.length - maxText} more characters)`;
}
