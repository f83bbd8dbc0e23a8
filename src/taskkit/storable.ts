import type { Json, TaskError } from './types.js';

// PostgreSQL's text and jsonb take neither NUL nor half a surrogate pair.
const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const everyUnstorable = new RegExp(unstorable, 'g');

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** The text with every character that a broker can't store replaced by U+FFFD. */
export const storableText = (text: string): string => (isStorable(text) ? text : text.replace(everyUnstorable, '\ufffd'));

/** The first place in a value that a broker can't store, or undefined. */
export function findUnstorable(value: unknown): { what: string; path: string } | undefined {
  const found = search(value);
  return found && { what: found.what, path: `arguments${found.path}` };
}

/** The path is put together on the way back from what was found, since hardly ever is anything. */
function search(value: unknown): { what: string; path: string } | undefined {
  switch (typeof value) {
    case 'string': {
      if (isStorable(value)) return undefined;
      return { what: unstorable.exec(value)?.[0] === '\0' ? 'a NUL character' : 'half a surrogate pair', path: '' };
    }
    case 'number':
      return Number.isFinite(value) ? undefined : { what: `the number ${value}`, path: '' };
    case 'bigint':
    case 'function':
    case 'symbol':
      return { what: `a ${typeof value}`, path: '' };
    case 'object':
      return value === null ? undefined : searchMembers(value);
    default:
      return undefined;
  }
}

function searchMembers(value: object): { what: string; path: string } | undefined {
  for (const [key, member] of Object.entries(value)) {
    const inKey = search(key);
    if (inKey) return { what: inKey.what, path: ' (a key)' };
    const found = search(member);
    if (found) return { what: found.what, path: `.${key}${found.path}` };
  }
  return undefined;
}

/** At least as many bytes as a value takes as JSON in UTF-8, found without writing it. */
export function maxJsonBytes(value: unknown): number {
  // A character takes six bytes at most, as an escape.
  if (typeof value === 'string') return 2 + 6 * value.length;
  if (typeof value !== 'object' || value === null) return 25;
  let bytes = 2;
  for (const [key, member] of Object.entries(value)) bytes += 4 + 6 * key.length + maxJsonBytes(member);
  return bytes;
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
