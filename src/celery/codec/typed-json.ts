/** What kombu from 5.3 on writes for a value that JSON has no form for. */
interface Tagged {
  __type__: string;
  __value__: unknown;
}

const isTagged = (value: unknown): value is Tagged =>
  typeof value === 'object' && value !== null && '__type__' in value && '__value__' in value;

const withHyphens = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/**
 * A tagged value as the plain JSON that kombu before 5.3 writes for it: dates and times in ISO 8601, decimals and UUIDs as text.
 * Bytes come as their text, or in base64 where they are none. A tag that is not known gives the value that it holds.
 */
function untag({ __type__: type, __value__: value }: Tagged): unknown {
  const hex = type === 'uuid' && typeof value === 'object' && value !== null && 'hex' in value ? value.hex : undefined;
  return typeof hex === 'string' ? withHyphens(hex) : value;
}

/** Reads JSON as kombu writes it, plain or with tagged types. Throws SyntaxError. */
export const parseTypedJson = (text: string): unknown =>
  // Looking for a tag costs more than reading the text, and hardly any message has one.
  text.includes('"__type__"')
    ? JSON.parse(text, (_key, value: unknown) => (isTagged(value) ? untag(value) : value))
    : JSON.parse(text);

const tagged = (value: unknown): unknown => {
  if (value instanceof Date) return { __type__: 'datetime', __value__: value.toISOString().replace('Z', '+00:00') };
  if (value instanceof Uint8Array) return { __type__: 'base64', __value__: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(tagged);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, tagged(member)]));
};

/**
 * Writes JSON as kombu does.
 *
 * @param tags Whether dates and bytes are tagged, as readers from kombu 5.3 on take them; otherwise a date is ISO 8601 text.
 */
export const writeTypedJson = (value: unknown, { tags = false }: { tags?: boolean } = {}): string =>
  JSON.stringify(tags ? tagged(value) : value);
