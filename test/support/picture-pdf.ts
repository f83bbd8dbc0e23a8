import { deflateSync } from 'node:zlib';
import type { GrayPicture } from '#src/resumes/recognize/gray-picture.js';

/** A page that shows pictures only, `width` and `height` points large before it is turned. */
export interface PicturePage {
  width: number;
  height: number;
  /** Degrees clockwise that a viewer turns the page by. */
  rotate?: number;
  pictures: readonly { picture: GrayPicture; x: number; y: number; width: number; height: number }[];
}

/** A PDF of pictures, as a scanner writes it. */
export function picturePdf(pages: readonly PicturePage[]): Buffer {
  const objects: Buffer[] = [];
  const add = (head: string, stream?: Buffer) => {
    const body = stream ? [Buffer.from(' stream\n'), stream, Buffer.from('\nendstream')] : [];
    objects.push(Buffer.concat([Buffer.from(`${objects.length + 3} 0 obj${head}`), ...body, Buffer.from(' endobj\n')]));
    return `${objects.length + 2} 0 R`;
  };
  const kids = pages.map(({ width, height, rotate = 0, pictures }) => {
    const names = pictures.map(({ picture }, index) => {
      const pixels = deflateSync(picture.pixels);
      const size = `/Width ${picture.width}/Height ${picture.height}/Length ${pixels.length}`;
      const kind = '/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode';
      return `/P${index} ${add(`<<${kind}${size}>>`, pixels)}`;
    });
    const drawing = pictures.map((at, index) => `q ${at.width} 0 0 ${at.height} ${at.x} ${at.y} cm /P${index} Do Q`).join('\n');
    const contents = add(`<</Length ${drawing.length}>>`, Buffer.from(drawing));
    const resources = `<</XObject<<${names.join('')}>>>>`;
    const box = `/MediaBox[0 0 ${width} ${height}]/Rotate ${rotate}`;
    return add(`<</Type/Page/Parent 2 0 R${box}/Resources${resources}/Contents ${contents}>>`);
  });
  return Buffer.concat([
    Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n'),
    Buffer.from(`2 0 obj<</Type/Pages/Count ${kids.length}/Kids[${kids.join(' ')}]>>endobj\n`),
    ...objects,
    Buffer.from('trailer<</Root 1 0 R>>\n'),
  ]);
}
