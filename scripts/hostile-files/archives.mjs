/** DOCX and ODT files that harm careless readers. */
import { deflateRawSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';

const sentence = 'Jo Doe has worked as a nurse for many years.';
const made = new Date('2026-01-05T09:00:00Z');

const word = (body, declaration = '') =>
  `<?xml version="1.0"?>${declaration}<w:document xmlns:w="w"><w:body>${body}</w:body></w:document>`;
const paragraph = (text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const zip = (files) =>
  zipSync(
    Object.fromEntries(Object.entries(files).map(([name, data]) => [name, typeof data === 'string' ? strToU8(data) : data])),
    { mtime: made },
  );
const docx = (files) => zip({ '[Content_Types].xml': '<Types/>', ...files });
const odt = (content, more = {}) =>
  zip({
    mimetype: [strToU8('application/vnd.oasis.opendocument.text'), { level: 0 }],
    'content.xml': content,
    ...more,
  });
const openDocument = (body, declaration = '') =>
  `<?xml version="1.0"?>${declaration}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>${body}</office:text></office:body></office:document-content>`;

/** Ten entities, each ten times the one before. */
const laughs = `<!DOCTYPE x [<!ENTITY a0 "ha">${Array.from({ length: 9 }, (_, index) => `<!ENTITY a${index + 1} "${`&a${index};`.repeat(10)}">`).join('')}]>`;
const outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>';

/** An archive written by hand, so that its headers may say something else than what is there. Its checksums are zero. */
function archive(entries) {
  const locals = [];
  const centrals = [];
  let offset = 0;
  for (const { name, data, declared = data.length, isStored } of entries) {
    const packed = isStored ? data : deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(isStored ? 0 : 8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(declared, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length & 0xffff, 4);
  end.writeUInt16LE(entries.length & 0xffff, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}
const entry = (name, text, declared) => ({ name, data: Buffer.from(text), declared });
const contentTypes = entry('[Content_Types].xml', '<Types/>');

export const archives = {
  'parts-that-add-up.docx': {
    outcomes: ['RESUME_LIMIT_EXCEEDED'],
    make: () =>
      docx(
        Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`word/header${index}.xml`, Buffer.alloc(15_000_000, ' ')])),
      ),
  },
  'sizes-that-lie.docx': {
    outcomes: ['RESUME_LIMIT_EXCEEDED', 'RESUME_CORRUPT'],
    make: () => archive([contentTypes, { name: 'word/document.xml', data: Buffer.alloc(300_000_000, ' '), declared: 400 }]),
  },
  'entries-70000.docx': {
    outcomes: ['RESUME_LIMIT_EXCEEDED', 'RESUME_CORRUPT'],
    make: () =>
      archive([
        contentTypes,
        ...Array.from({ length: 70_000 }, (_, index) => entry(`word/media/${index}`, '')),
        entry('word/document.xml', word(paragraph(sentence))),
      ]),
  },
  'names-that-climb.docx': {
    outcomes: ['reads', 'RESUME_CORRUPT'],
    make: () =>
      archive([
        contentTypes,
        entry('word/document.xml', word(paragraph(sentence))),
        entry('../../../../../tmp/hostile-resume', 'climbed'),
        entry('/tmp/hostile-resume', 'climbed'),
        entry('word/..\\..\\hostile-resume', 'climbed'),
      ]),
  },
  'same-name-twice.docx': {
    outcomes: ['reads', 'RESUME_CORRUPT', 'RESUME_LIMIT_EXCEEDED'],
    make: () =>
      archive([
        contentTypes,
        entry('word/document.xml', word(paragraph(sentence))),
        { name: 'word/document.xml', data: Buffer.alloc(100_000_000, ' '), declared: 400 },
      ]),
  },
  'billion-laughs.docx': {
    outcomes: ['RESUME_CORRUPT'],
    make: () => docx({ 'word/document.xml': word(paragraph('&a9;'), laughs) }),
  },
  'file-from-outside.docx': {
    outcomes: ['RESUME_CORRUPT'],
    make: () => docx({ 'word/document.xml': word(paragraph(`${sentence} &a;`), outside) }),
  },
  'rows-without-end.docx': {
    outcomes: ['reads', 'RESUME_CORRUPT', 'RESUME_LIMIT_EXCEEDED'],
    make: () =>
      docx({ 'word/document.xml': word(`<w:tbl>${`<w:tr><w:tc>${paragraph('x')}</w:tc></w:tr>`.repeat(150_000)}</w:tbl>`) }),
  },
  'attributes-without-end.docx': {
    outcomes: ['reads', 'RESUME_CORRUPT', 'RESUME_LIMIT_EXCEEDED'],
    make: () =>
      docx({
        'word/document.xml': word(
          `<w:p ${Array.from({ length: 300_000 }, (_, index) => `a${index}="1"`).join(' ')}/>${paragraph(sentence)}`,
        ),
      }),
  },
  'cut.docx': {
    outcomes: ['RESUME_CORRUPT'],
    make: () => {
      const whole = docx({ 'word/document.xml': word(paragraph(sentence.repeat(50))) });
      return whole.subarray(0, whole.length - 30);
    },
  },
  'pictures-only.docx': {
    outcomes: ['RESUME_NO_TEXT'],
    make: () => docx({ 'word/document.xml': word('<w:p><w:r><w:drawing/></w:r></w:p>') }),
  },
  'nested.odt': {
    outcomes: ['RESUME_CORRUPT', 'RESUME_LIMIT_EXCEEDED'],
    make: () => odt(openDocument(`${'<text:span>'.repeat(100_000)}${sentence}${'</text:span>'.repeat(100_000)}`)),
  },
  'billion-laughs.odt': { outcomes: ['RESUME_CORRUPT'], make: () => odt(openDocument('<text:p>&a9;</text:p>', laughs)) },
  'spaces-counted-to-a-billion.odt': {
    outcomes: ['reads', 'RESUME_CORRUPT', 'RESUME_LIMIT_EXCEEDED'],
    make: () => odt(openDocument(`<text:p>${sentence}<text:s text:c="1000000000"/>.</text:p>`)),
  },
  'sizes-that-lie.odt': {
    outcomes: ['RESUME_LIMIT_EXCEEDED', 'RESUME_CORRUPT'],
    make: () =>
      archive([
        { ...entry('mimetype', 'application/vnd.oasis.opendocument.text'), isStored: true },
        { name: 'content.xml', data: Buffer.alloc(300_000_000, ' '), declared: 400 },
      ]),
  },
  'protected.odt': {
    outcomes: ['RESUME_ENCRYPTED', 'RESUME_CORRUPT'],
    make: () =>
      odt(Buffer.from('8f3a'.repeat(400), 'hex'), {
        'META-INF/manifest.xml':
          '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry></manifest:manifest>',
      }),
  },
};
