/** Word documents, as small as Word itself accepts. */
import { strToU8, zipSync } from 'fflate';
import { escapeXml, made } from './files.mjs';
import { jobHead } from './person.mjs';

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const namespaces =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

const run = (text, properties = '') =>
  `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;
const bold = (text) => run(text, '<w:b/>');
const paragraph = (...runs) => `<w:p>${runs.join('')}</w:p>`;
const cell = (text) => `<w:tc><w:tcPr><w:tcW w:w="4500" w:type="dxa"/></w:tcPr>${paragraph(run(text))}</w:tc>`;
const tableStart =
  '<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="4500"/><w:gridCol w:w="4500"/></w:tblGrid>';

const wordOf = {
  heading: ({ text }) => paragraph('<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>', bold(text)),
  bullet: ({ text }) => paragraph('<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>', run(text)),
  text: ({ text }) => paragraph(run(text)),
  row: ({ cells }) => `<w:tr>${cells.map(cell).join('')}</w:tr>`,
  job: (job, layout) => {
    const { head, aside, lines } = jobHead(job, layout);
    return [
      paragraph(bold(head), aside && '<w:r><w:tab/></w:r>', aside && run(aside)),
      ...lines.map((line) => paragraph(run(line))),
    ].join('');
  },
  /** Half of it is marked as hidden, half is white and tiny. */
  hidden: ({ text }) => {
    const middle = text.indexOf(' ', text.length / 2);
    const white = '<w:color w:val="FFFFFF"/><w:sz w:val="2"/>';
    return paragraph(run(text.slice(0, middle), '<w:vanish/>')) + paragraph(run(text.slice(middle), white));
  },
};

const inTables = (xml) => xml.replace(/(?:<w:tr>.*?<\/w:tr>)+/gs, (rows) => `${tableStart}${rows}</w:tbl>`);
const part = (content) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${content}`);
const relationships = (...all) =>
  part(
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all
      .map(
        ([type, target], index) =>
          `<Relationship Id="rId${index + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`,
      )
      .join('')}</Relationships>`,
  );
const override = (name, kind) => `<Override PartName="/word/${name}.xml" ContentType="${word}.${kind}+xml"/>`;

export function writeDocx({ name, headline, contact, main, layout }) {
  const top = [paragraph(bold(name)), ...contact.map((line) => paragraph(run(line)))];
  const inHeader = layout.has('name in the header');
  const body = [...(inHeader ? [] : top), paragraph(run(headline)), ...main.map((block) => wordOf[block.kind](block, layout))];
  const files = {
    '[Content_Types].xml': part(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>' +
        `${override('document', 'document.main')}${override('header1', 'header')}${override('numbering', 'numbering')}</Types>`,
    ),
    '_rels/.rels': relationships(['officeDocument', 'word/document.xml']),
    'word/_rels/document.xml.rels': relationships(['header', 'header1.xml'], ['numbering', 'numbering.xml']),
    'word/document.xml': part(
      `<w:document ${namespaces}><w:body>${inTables(body.join(''))}<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr></w:body></w:document>`,
    ),
    'word/header1.xml': part(`<w:hdr ${namespaces}>${inHeader ? top.join('') : paragraph()}</w:hdr>`),
    'word/numbering.xml': part(
      `<w:numbering ${namespaces}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
    ),
  };
  return zipSync(files, { mtime: made });
}
