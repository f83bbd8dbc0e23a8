/** A term of the query language: `field:value`, its value quoted where it holds a space or a quote. */
export const term = (field: string, value: string): string =>
  `${field}:${/[\s"\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value}`;

const pieces = (query: string): string[] => query.match(/(?:"(?:\\.|[^"\\])*"?|[^\s"])+/g) ?? [];

/** The value that a query asks of a field, without quotes; undefined when it names none, or several. */
export function askedValue(query: string, field: string): string | undefined {
  const found = pieces(query).filter((piece) => piece.startsWith(`${field}:`));
  if (found.length !== 1) return undefined;
  const value = found[0]!.slice(field.length + 1);
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}

/** The query with what it asks of a field replaced, or taken out when the value is empty. */
export function withValue(query: string, field: string, value: string): string {
  const rest = pieces(query).filter((piece) => !piece.startsWith(`${field}:`));
  return [...rest, ...(value ? [term(field, value)] : [])].join(' ');
}
