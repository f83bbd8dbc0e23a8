/** RTF as WordPad and its like write it. */
import { jobHead } from './person.mjs';

/** Letters up to ÿ by their byte, all others by their number with a `?` for readers that know no Unicode. */
const escapeRtf = (text) =>
  text.replace(/[\\{}]|[^ -~]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x80) return `\\${character}`;
    return code < 0x100 ? `\\'${code.toString(16).padStart(2, '0')}` : `\\u${code}?`;
  });
const paragraph = (text, start = '\\pard ') => `${start}${text}\\par`;

const rtfOf = {
  heading: ({ text }) => paragraph(`{\\b\\fs24 ${escapeRtf(text)}}`),
  bullet: ({ text }) =>
    paragraph(
      escapeRtf(text),
      "\\pard{\\pntext\\f1\\'B7\\tab}{\\*\\pn\\pnlvlblt\\pnf1\\pnindent0{\\pntxtb\\'B7}}\\fi-360\\li720 ",
    ),
  text: ({ text }) => paragraph(escapeRtf(text)),
  job: (job, layout) => {
    const { head, aside, lines } = jobHead(job, layout);
    const first = paragraph(`{\\b ${escapeRtf(head)}}${aside && `\\tab ${escapeRtf(aside)}`}`, '\\pard\\tqr\\tx9000 ');
    return [first, ...lines.map((line) => paragraph(`{\\i ${escapeRtf(line)}}`))].join('\n');
  },
};

export function writeRtf({ name, headline, contact, main, layout }) {
  const lines = [
    '{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil\\fcharset0 Calibri;}{\\f1\\fnil\\fcharset2 Symbol;}}',
    '{\\colortbl ;\\red31\\green58\\blue95;}{\\stylesheet{\\s0 Normal;}{\\s1 Heading 1;}}',
    '{\\info{\\title Resume}{\\author Nobody}}{\\*\\generator Riched20 10.0.19041}\\viewkind4\\uc1',
    paragraph(`{\\b\\fs36 ${escapeRtf(name)}}`),
    ...[headline, ...contact].map((line) => paragraph(escapeRtf(line))),
    ...main.map((block) => rtfOf[block.kind](block, layout)),
    '}',
  ];
  return Buffer.from(lines.join('\n'), 'latin1');
}
