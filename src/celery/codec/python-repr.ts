/** How long Celery lets the text of arguments become. */
const maxLength = 1024;

function reprOfText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(
    /[\\\n\r\t]/g,
    (character) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[character]!,
  );
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

/** A value as Python's `repr` shows what it reads from the same JSON. */
export function pythonRepr(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return reprOfText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'object':
      if (value === null) return 'None';
      if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
      return `{${Object.entries(value)
        .map(([key, member]) => `${reprOfText(key)}: ${pythonRepr(member)}`)
        .join(', ')}}`;
    case 'undefined':
      return 'None';
    default:
      return String(value);
  }
}

const shortened = (text: string) => (text.length > maxLength ? `${text.slice(0, maxLength - 3)}...` : text);

/** Positional arguments as Celery's header `argsrepr` has them: a tuple, cut at 1024 characters. */
export function argsRepr(args: unknown[]): string {
  const members = args.map(pythonRepr).join(', ');
  return shortened(args.length === 1 ? `(${members},)` : `(${members})`);
}

/** Keyword arguments as Celery's header `kwargsrepr` has them, cut at 1024 characters. */
export const kwargsRepr = (kwargs: Record<string, unknown>): string => shortened(pythonRepr(kwargs));
