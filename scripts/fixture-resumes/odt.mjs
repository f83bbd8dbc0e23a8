/** OpenDocument texts, as small as LibreOffice accepts. */
import { strToU8, zipSync } from 'fflate';
import { escapeXml, made } from './files.mjs';
import { jobHead } from './person.mjs';

const namespaces = ['office', 'text', 'table', 'style']
  .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
  .join(' ');

const paragraph = (...parts) => `<text:p>${parts.join('')}</text:p>`;

const odtOf = {
  heading: ({ text }) => `<text:h text:outline-level="1">${escapeXml(text)}</text:h>`,
  bullet: ({ text }) => `<text:list><text:list-item>${paragraph(escapeXml(text))}</text:list-item></text:list>`,
  text: ({ text }) => paragraph(escapeXml(text)),
  row: ({ cells }) =>
    `<table:table-row>${cells.map((cell) => `<table:table-cell>${paragraph(escapeXml(cell))}</table:table-cell>`).join('')}</table:table-row>`,
  job: (job, layout) => {
    const { head, aside, lines } = jobHead(job, layout);
    const first = paragraph(escapeXml(head), aside && `<text:tab/>${escapeXml(aside)}`);
    return first + lines.map((line) => paragraph(escapeXml(line))).join('');
  },
};

const inTables = (xml) =>
  xml.replace(
    /(?:<table:table-row>.*?<\/table:table-row>)+/gs,
    (rows) => `<table:table><table:table-column/>${rows}</table:table>`,
  );
const part = (content) => strToU8(`<?xml version="1.0" encoding="UTF-8"?>\n${content}`);

export function writeOdt({ name, headline, contact, main, layout }) {
  const lines = [name, headline, ...contact].map((line) => paragraph(escapeXml(line)));
  const body = inTables([...lines, ...main.map((block) => odtOf[block.kind](block, layout))].join(''));
  const type = 'application/vnd.oasis.opendocument.text';
  const entry = (file, mediaType) => `<manifest:file-entry manifest:full-path="${file}" manifest:media-type="${mediaType}"/>`;
  const files = {
    // Readers tell the type by this entry, which must be the first and stored as it is.
    mimetype: [strToU8(type), { level: 0 }],
    'content.xml': part(
      `<office:document-content ${namespaces} office:version="1.3"><office:body><office:text>${body}</office:text></office:body></office:document-content>`,
    ),
    'styles.xml': part(`<office:document-styles ${namespaces} office:version="1.3"/>`),
    'META-INF/manifest.xml': part(
      `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">${entry('/', type)}${entry('content.xml', 'text/xml')}${entry('styles.xml', 'text/xml')}</manifest:manifest>`,
    ),
  };
  return zipSync(files, { mtime: made });
}
