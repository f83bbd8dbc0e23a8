import type { Json, TaskError } from './types.js';

// PostgreSQL's text and jsonb take neither NUL nor half a surrogate pair.
const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const everyUnstorable = new RegExp(unstorable, 'g');

/** The text with every character that a broker can't store replaced by U+FFFD. */
export const storableText = (text: string): string => text.replace(everyUnstorable, '\ufffd');

/** The first place in a value that a broker can't store, or undefined. */
export function findUnstorable(value: unknown, path = 'arguments'): { what: string; path: string } | undefined {
  if (typeof value === 'string') {
    const found = unstorable.exec(value);
    return found ? { what: found[0] === '\0' ? 'a NUL character' : 'half a surrogate pair', path } : undefined;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return { what: `the number ${value}`, path };
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    return { what: `a ${typeof value}`, path };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = findUnstorable(key, `${path} (a key)`) ?? findUnstorable(member, `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

/** A result as a broker can store it: plain JSON, characters it can't take replaced. */
export function storableJson(value: unknown): Json {
  const text = JSON.stringify(value);
  if (text === undefined) return null;
  // JSON writes what can't be stored as an escape; hardly any result has one.
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return JSON.parse(text) as Json;
  return JSON.parse(JSON.stringify(value, (_, member: unknown) => storableMember(member))) as Json;
}

function storableMember(member: unknown): unknown {
  if (typeof member === 'string') return storableText(member);
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).map(([key, value]) => [storableText(key), value]));
}

/** What is kept of an error: its code, its message and its stack. */
export function taskErrorOf(error: unknown): TaskError {
  if (!(error instanceof Error)) return { code: 'Error', message: storableText(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: storableText(error.message), ...(error.stack ? { stack: storableText(error.stack) } : {}) };
}
