/** RTF, HTML, plain text and things that are none of it, which harm careless readers. */
const sentence = 'Jo Doe has worked as a nurse for many years.';
const rtf = (body) => `{\\rtf1\\ansi ${body}}`;
const either = ['reads', 'RESUME_CORRUPT', 'RESUME_LIMIT_EXCEEDED', 'RESUME_NO_TEXT'];
const refused = ['RESUME_TYPE_UNSUPPORTED', 'RESUME_NO_TEXT', 'RESUME_CORRUPT'];

/** Bytes without any order, the same in each run. */
function noise(length) {
  let state = 7;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
}

/** Text whose parts almost match what an analysis looks for, over and over. */
const almost = (part, length = 500_000) => `${sentence}\n${part.repeat(Math.ceil(length / part.length)).slice(0, length)}`;

export const texts = {
  'groups-nested.rtf': { outcomes: either, make: () => rtf('{'.repeat(2_000_000)) },
  'groups-closed-too-often.rtf': { outcomes: either, make: () => rtf(`${'}'.repeat(1_000_000)}${sentence}`) },
  'binary-of-4-gigabytes.rtf': { outcomes: either, make: () => rtf(`\\bin4000000000 ${sentence}`) },
  'characters-to-skip.rtf': { outcomes: either, make: () => rtf(`${sentence} \\uc2000000000 ${'\\u8211?'.repeat(100_000)}`) },
  'picture-of-20-megabytes.rtf': {
    outcomes: either,
    make: () => rtf(`${sentence}{\\pict\\pngblip ${'89504e47'.repeat(1_200_000)}}`),
  },
  'ten-megabytes-of-divs.html': {
    outcomes: either,
    make: () => `<!DOCTYPE html><html><body>${'<div>'.repeat(2_000_000)}${sentence}`,
  },
  'attribute-without-end.html': {
    outcomes: either,
    make: () => `<html><body><p>${sentence}</p><a title="${'a'.repeat(8_000_000)}`,
  },
  'tags-never-closed.html': { outcomes: either, make: () => `<html><body><p>${sentence}</p>${'<a '.repeat(2_000_000)}` },
  'comments-never-closed.html': { outcomes: either, make: () => `<html><body><p>${sentence}</p>${'<!--'.repeat(500_000)}` },
  'ampersands.html': {
    outcomes: either,
    make: () => `<html><body><p>${sentence}</p>${'&'.repeat(3_000_000)}${'&#99999999999;'.repeat(50_000)}`,
  },
  'scripts-never-closed.html': { outcomes: either, make: () => `<html><body><p>${sentence}</p>${'<script>'.repeat(500_000)}` },
  'one-line.txt': { outcomes: ['reads'], make: () => `${sentence} ${'a'.repeat(9_000_000)}` },
  'almost-mail-addresses.txt': { outcomes: ['reads'], make: () => almost('a.b-c@d.e-f@') },
  'almost-phone-numbers.txt': { outcomes: ['reads'], make: () => almost('(12) 3-4/5.') },
  'almost-links.txt': { outcomes: ['reads'], make: () => almost('https://www.github.com/') },
  'almost-dates.txt': { outcomes: ['reads'], make: () => almost('January 2019 – ') },
  'dates.txt': { outcomes: ['reads'], make: () => almost('\nExperience\nNurse, Ward\n01/2019 - 02/2020\n') },
  'headings.txt': { outcomes: ['reads'], make: () => almost('\nS K I L L S\n') },
  'skills.txt': { outcomes: ['reads'], make: () => almost('React, Go, C++ and Spring; ') },
  'negations.txt': { outcomes: ['reads'], make: () => almost('no experience with the ') },
  'tabs.txt': { outcomes: ['reads'], make: () => almost('a\t') },
  'line-ends.txt': { outcomes: ['reads'], make: () => almost('a\n') },
  'hyphens.txt': { outcomes: ['reads'], make: () => almost('ab-\n') },
  'brackets.txt': { outcomes: ['reads'], make: () => almost('([{') },
  'combining-marks.txt': { outcomes: ['reads'], make: () => almost('a\u0301\u0301\u0301\u0301') },
  'growing-ligatures.txt': { outcomes: ['reads', 'RESUME_LIMIT_EXCEEDED'], make: () => almost('\uFDFA') },
  'garbage.utf16.txt': {
    outcomes: ['reads', ...refused],
    make: () => Buffer.concat([Buffer.from([0xff, 0xfe]), noise(200_000)]),
  },
  'noise.pdf': { outcomes: refused, make: () => noise(100_000) },
  'zeros.txt': { outcomes: refused, make: () => Buffer.alloc(1_000_000) },
  'picture-named.pdf': {
    outcomes: ['RESUME_TYPE_UNSUPPORTED'],
    make: () => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), noise(5000)]),
  },
  'program-named.docx': {
    outcomes: ['RESUME_TYPE_UNSUPPORTED'],
    make: () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), noise(5000)]),
  },
  'pdf-and-page-at-once.html': {
    outcomes: [...either, ...refused],
    make: () => `<html><body><p>${sentence}</p></body></html>\n%PDF-1.4\n%%EOF`,
  },
  'pdf-and-archive-at-once.pdf': {
    outcomes: [...either, ...refused],
    make: () => `%PDF-1.4\nPK\x03\x04${'\0'.repeat(26)}word/document.xml`,
  },
};
