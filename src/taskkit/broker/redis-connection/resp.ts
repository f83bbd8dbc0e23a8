const code = (character: string) => character.charCodeAt(0);

/**
 * The first byte of each kind of reply that more than a line belongs to, or that scripts give.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export const blob = code('$');
export const blobError = code('!');
export const verbatim = code('=');
export const array = code('*');
export const set = code('~');
export const push = code('>');
export const map = code('%');
export const attribute = code('|');
export const integer = code(':');
export const nothing = code('_');

export const minus = code('-');
export const zero = code('0');
export const nine = code('9');
export const carriageReturn = code('\r');
export const lineFeed = code('\n');
