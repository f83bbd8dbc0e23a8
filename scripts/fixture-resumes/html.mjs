/** HTML as people write it, and HTML for Chromium to print. */
import { jobHead } from './person.mjs';

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '’': '&rsquo;', é: '&eacute;' };
const escapeHtml = (text) => text.replace(/[&<>’é]/g, (character) => entities[character]);

const htmlOf = {
  heading: ({ text }) => `<h2>${escapeHtml(text)}</h2>`,
  bullet: ({ text }) => `<li>${escapeHtml(text)}</li>`,
  text: ({ text }) => `<p>${escapeHtml(text)}</p>`,
  hidden: ({ text }) => `<p class="hidden">${escapeHtml(text)}</p>`,
  row: ({ cells }) => `<p>${cells.map(escapeHtml).join(': ')}</p>`,
  job: (job, layout) => {
    const { head, aside, lines } = jobHead(job, layout);
    const dates = aside && `<span>${escapeHtml(aside)}</span>`;
    const title = `<b>${escapeHtml(head)}</b>`;
    return `<div class="job">${(layout.has('dates left') ? [dates, title] : [title, dates]).join('\n')}</div>${lines.map((line) => `<p><i>${escapeHtml(line)}</i></p>`).join('')}`;
  },
};

const write = (blocks, layout) =>
  blocks
    .map((block) => htmlOf[block.kind](block, layout))
    .join('\n')
    .replace(/(?:<li>.*<\/li>\n?)+/g, '<ul>\n$&</ul>\n');

/** A page as an editor or a hand makes it, with a style sheet and a script in it. */
export function writeHtml({ name, headline, contact, main, layout, expected }) {
  return Buffer.from(`<!DOCTYPE html>
<html lang="${expected.language}">
<head><meta charset="utf-8"><title>${escapeHtml(name)}</title>
<style>body { font-family: sans-serif } .Swift, .Java { color: teal }</style>
<script>window.counter = window.counter || []; counter.push('Kubernetes', 'Angular');</script>
</head>
<body>
<h1>${escapeHtml(name)}</h1>
<p><strong>${escapeHtml(headline)}</strong><br>${contact.map(escapeHtml).join('<br>')}</p>
${write(main, layout)}
<!-- made with Ruby on Rails -->
</body>
</html>
`);
}

const ligatures = { ffi: 'ﬃ', ffl: 'ﬄ', ff: 'ﬀ', fi: 'ﬁ', fl: 'ﬂ' };
const ligate = (html) => html.replace(/(?<=>[^<@]*)(?:ffi|ffl|ff|fi|fl)(?=[^<@]*<)/g, (letters) => ligatures[letters]);

const style = (layout) => `
@page { size: A4; margin: 16mm }
body { font: ${layout.has('two pages') ? '13.5pt/1.75' : '9.5pt/1.4'} 'DejaVu Sans'; margin: 0 }
h1 { font-size: 21pt; margin: 0 } h2 { font-size: 11pt; margin: 12pt 0 3pt; border-bottom: 1px solid #999 }
p { margin: 1pt 0 } ul { margin: 2pt 0 5pt; padding-inline-start: 14pt }
.job { display: flex; margin-top: 5pt; ${layout.has('dates left') ? 'gap: 12pt' : 'justify-content: space-between'} }
.columns { display: grid; gap: 22pt; grid-template-columns: ${layout.has('sidebar') ? '120pt 1fr' : '1fr 130pt'} }
${layout.has('letter-spaced headings') ? 'h2 { text-transform: uppercase; letter-spacing: 0.4em; font-size: 10pt }' : ''}
${layout.has('sidebar') ? '.side { background: #e8eef4; padding: 6pt }' : ''}`;

/** A page for the printer: one column, two columns with the narrow one at the right, or a sidebar at the left. */
export function writePrintable({ name, headline, contact, main, side, layout, expected }) {
  const columns = [`<div class="main">${write(main, layout)}</div>`];
  if (side.length > 0) columns.splice(layout.has('sidebar') ? 0 : 1, 0, `<div class="side">${write(side, layout)}</div>`);
  const body = `<h1>${escapeHtml(name)}</h1>
<p><b>${escapeHtml(headline)}</b></p>
<p>${contact.map(escapeHtml).join('<br>')}</p>
<div${side.length > 0 ? ' class="columns"' : ''}>${columns.join('\n')}</div>`;
  const direction = layout.has('right to left') ? ' dir="rtl"' : '';
  return `<!DOCTYPE html><html lang="${expected.language ?? 'he'}"${direction}><head><meta charset="utf-8"><title>${escapeHtml(name)}</title><style>${style(layout)}</style></head>
<body>${layout.has('ligatures') ? ligate(body) : body}</body></html>`;
}
