/** A picture in grey: one byte for each pixel, 0 for black, row by row from the top. */
export interface GrayPicture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** A picture as pdf.js decodes it. */
export interface DecodedPicture {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

function unpackBits({ width, height, data }: DecodedPicture): Uint8Array {
  const pixels = new Uint8Array(width * height);
  const rowBytes = Math.ceil(width / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * rowBytes + (x >> 3)] ?? 0;
      pixels[y * width + x] = (byte >> (7 - (x & 7))) & 1 ? 255 : 0;
    }
  }
  return pixels;
}

function mixColors({ data }: DecodedPicture, size: number, channels: number): Uint8Array {
  const pixels = new Uint8Array(size);
  for (let index = 0; index < size; index++) {
    const at = index * channels;
    // The weights of ITU-R BT.601, in thousandths.
    pixels[index] = (299 * (data[at] ?? 0) + 587 * (data[at + 1] ?? 0) + 114 * (data[at + 2] ?? 0)) / 1000;
  }
  return pixels;
}

/** Turns a picture of one bit, grey, RGB or RGBA into grey; undefined for anything else. */
export function toGray(picture: DecodedPicture): GrayPicture | undefined {
  const { width, height, data } = picture;
  const size = width * height;
  const channels = data.length / size;
  if (data.length === Math.ceil(width / 8) * height) return { width, height, pixels: unpackBits(picture) };
  if (channels === 1) return { width, height, pixels: Uint8Array.from(data) };
  if (channels === 3 || channels === 4) return { width, height, pixels: mixColors(picture, size, channels) };
  return undefined;
}

/** Writes a picture as a binary PGM file. */
export const writePgm = ({ width, height, pixels }: GrayPicture): Buffer =>
  Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]);
