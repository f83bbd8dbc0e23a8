/** A colour's red, green and blue, from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

export const white: Color = [255, 255, 255];

/** Text in fewer points than this can't be read by the eye. */
export const minReadablePoints = 2;

/** Colours that differ by less in every channel look the same. */
const minDifference = 20;

export const looksAlike = (a: Color, b: Color): boolean =>
  a.every((channel, index) => Math.abs(channel - (b[index] ?? 0)) < minDifference);

/** Reads `#rrggbb`, `#rgb`, `rrggbb`, `rgb(…)`, `white` and `black`; undefined for any other. */
export function parseColor(text: string): Color | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'white') return white;
  if (plain === 'black') return [0, 0, 0];
  const hex = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/.exec(plain)?.[1];
  if (hex) {
    const digits = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex;
    const value = Number.parseInt(digits, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const channels = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})/.exec(plain);
  return channels ? [Number(channels[1]), Number(channels[2]), Number(channels[3])] : undefined;
}

export const isWhite = (text: string | undefined): boolean => {
  const color = text === undefined ? undefined : parseColor(text);
  return color !== undefined && looksAlike(color, white);
};
