/** PDFs that harm careless readers. */
import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';

const sentence = 'Jo Doe has worked as a nurse for many years.';
const made = new Date('2026-01-05T09:00:00Z');

/** @returns {Promise<Buffer>} */
async function drawn(draw, options = {}) {
  const pdf = new PDFDocument({ info: { CreationDate: made, ModDate: made }, ...options });
  draw(pdf);
  pdf.end();
  return Buffer.concat(await pdf.toArray());
}

/** A PDF of these objects, numbered from 1, without a table of them: readers search for the objects. */
const raw = (...objects) =>
  Buffer.concat([
    Buffer.from('%PDF-1.5\n'),
    ...objects.map((object, index) =>
      Buffer.concat([Buffer.from(`${index + 1} 0 obj`), Buffer.from(object), Buffer.from('endobj\n')]),
    ),
    Buffer.from('trailer<</Root 1 0 R>>\n'),
  ]);

const stream = (dictionary, data) =>
  Buffer.concat([Buffer.from(`<<${dictionary}/Length ${data.length}>>stream\n`), Buffer.from(data), Buffer.from('\nendstream ')]);

const catalog = '<</Type/Catalog/Pages 2 0 R>>';
const onePage = '<</Type/Pages/Count 1/Kids[3 0 R]>>';
const font = '/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>';
const page = (resources = '') =>
  `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<${font}${resources}>>>>`;
const onePagePdf = (content, resources, ...more) => raw(catalog, onePage, page(resources), stream('', content), ...more);
const shown = (text) => `BT /F 12 Tf 50 700 Td (${text}) Tj ET\n`;

/** Packed again and again: each time a thousandth is left. */
const packed = (data, times) =>
  Array.from({ length: times }).reduce((inner) => deflateSync(inner, { level: 9 }), Buffer.from(data));
const packedTwice = '/Filter[/FlateDecode/FlateDecode]';

/** A resume with some of its bytes damaged, the same ones in each run. */
async function damaged(seed, count) {
  const pdf = await drawn((document) => document.text(sentence.repeat(20)));
  let state = seed;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pdf[40 + (state % (pdf.length - 40))] ^= 1 << (state >>> 29);
  }
  return pdf;
}

const someFault = ['reads', 'RESUME_CORRUPT', 'RESUME_NO_TEXT', 'RESUME_ENCRYPTED'];
const tooMuch = ['RESUME_LIMIT_EXCEEDED'];
const whicheverWay = [...someFault, ...tooMuch];

export const pdfs = {
  'cut-in-the-middle.pdf': {
    outcomes: someFault,
    make: async () => {
      const pdf = await drawn((document) => document.text(sentence.repeat(200)));
      return pdf.subarray(0, pdf.length >> 1);
    },
  },
  'one-bit-flipped.pdf': { outcomes: someFault, make: () => damaged(1, 1) },
  'bits-flipped.pdf': { outcomes: someFault, make: () => damaged(2, 20) },
  'many-bits-flipped.pdf': { outcomes: someFault, make: () => damaged(3, 200) },
  'user-password.pdf': {
    outcomes: ['RESUME_ENCRYPTED'],
    make: () =>
      drawn((document) => document.text(sentence), { pdfVersion: '1.7ext3', userPassword: 'secret', ownerPassword: 'other' }),
  },
  'owner-password.pdf': {
    outcomes: ['reads'],
    make: () =>
      drawn((document) => document.text(sentence), {
        pdfVersion: '1.7',
        ownerPassword: 'secret',
        permissions: { copying: false },
      }),
  },
  'picture-of-400-megapixels.pdf': {
    outcomes: ['RESUME_NO_TEXT', ...tooMuch],
    make: () => {
      const picture = deflateSync(Buffer.alloc((20_000 * 20_000) / 8), { level: 9 });
      const dictionary =
        '/Type/XObject/Subtype/Image/Width 20000/Height 20000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/FlateDecode';
      return onePagePdf('q 600 0 0 800 0 0 cm /P Do Q', '/XObject<</P 5 0 R>>', stream(dictionary, picture));
    },
  },
  'picture-on-a-page-thin-as-a-thread.pdf': {
    outcomes: ['RESUME_NO_TEXT'],
    make: () =>
      raw(
        catalog,
        onePage,
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 0.001]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>>>',
        stream('', 'q 14400 0 0 1 0 0 cm /P Do Q'),
        stream('/Type/XObject/Subtype/Image/Width 10/Height 10/BitsPerComponent 8/ColorSpace/DeviceGray', Buffer.alloc(100)),
      ),
  },
  'pages-500.pdf': {
    outcomes: ['reads', ...tooMuch],
    make: () =>
      drawn((document) => {
        for (let number = 0; number < 500; number++) document.addPage().text(sentence);
      }),
  },
  'page-count-of-a-billion.pdf': {
    outcomes: whicheverWay,
    make: () => raw(catalog, '<</Type/Pages/Count 1000000000/Kids[3 0 R]>>', page(), stream('', shown(sentence))),
  },
  'stream-bomb.pdf': {
    outcomes: tooMuch,
    make: () => raw(catalog, onePage, page(), stream(packedTwice, packed(Buffer.alloc(400_000_000, 'q Q '), 2))),
  },
  'page-tree-without-end.pdf': {
    outcomes: whicheverWay,
    make: () => raw(catalog, '<</Type/Pages/Count 9/Kids[2 0 R 2 0 R 2 0 R]>>'),
  },
  'form-that-draws-itself.pdf': {
    outcomes: whicheverWay,
    make: () =>
      onePagePdf(
        `${shown(sentence)}/X Do`,
        '/XObject<</X 5 0 R>>',
        stream('/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>', '/X Do /X Do'),
      ),
  },
  'forms-that-double-30-times.pdf': {
    outcomes: whicheverWay,
    make: () => {
      const forms = Array.from({ length: 30 }, (_, index) =>
        stream(`/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<${font}/XObject<</X ${index + 6} 0 R>>>>`, '/X Do /X Do'),
      );
      return onePagePdf(
        '/X Do',
        '/XObject<</X 5 0 R>>',
        ...forms,
        stream(`/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<${font}>>`, shown('x')),
      );
    },
  },
  'states-saved-without-end.pdf': {
    outcomes: whicheverWay,
    make: () => onePagePdf(`${'q '.repeat(3_000_000)}${shown(sentence)}`),
  },
  'huge-array-of-text.pdf': {
    outcomes: whicheverWay,
    make: () =>
      raw(
        catalog,
        onePage,
        page(),
        stream('/Filter/FlateDecode', packed(`BT /F 9 Tf [${'(a)-900'.repeat(3_000_000)}] TJ ET`, 1)),
      ),
  },
  'arrays-nested.pdf': { outcomes: whicheverWay, make: () => onePagePdf(`${'['.repeat(1_000_000)} ${shown(sentence)}`) },
  'dictionaries-nested.pdf': {
    outcomes: whicheverWay,
    make: () => raw(`<</Type/Catalog/Pages 2 0 R/A ${'<</A '.repeat(200_000)}`, onePage, page()),
  },
  'object-stream-bomb.pdf': {
    outcomes: whicheverWay,
    make: () =>
      raw(
        '<</Type/Catalog/Pages 9 0 R>>',
        stream(`/Type/ObjStm/N 100000000/First 500000000${packedTwice}`, packed(Buffer.alloc(300_000_000, '9 0 '), 2)),
      ),
  },
  'table-that-leads-back.pdf': {
    outcomes: whicheverWay,
    make: () => {
      const body = `%PDF-1.4\n1 0 obj${catalog}endobj\n`;
      return Buffer.from(
        `${body}xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 2/Prev ${body.length}>>\nstartxref\n${body.length}\n%%EOF`,
      );
    },
  },
  'script-at-opening.pdf': {
    outcomes: ['reads'],
    make: () =>
      raw(
        '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while\\(true\\){})>>>>',
        onePage,
        page(),
        stream('', shown(sentence)),
      ),
  },
};
