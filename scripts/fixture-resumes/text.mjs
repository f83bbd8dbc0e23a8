/** Plain text and Markdown, as typed. */
import { jobHead } from './person.mjs';

const textOf = {
  heading: ({ text }) => ['', text],
  bullet: ({ text }) => [`* ${text}`],
  text: ({ text }) => [text],
  job: (job, layout) => {
    const { head, aside, lines } = jobHead(job, layout);
    return ['', aside ? `${head}   ${aside}` : head, ...lines];
  },
};

const markdownOf = {
  heading: ({ text }) => ['', `## ${text}`, ''],
  bullet: ({ text }) => [`- ${text}`],
  text: ({ text }) => [text.replace(/^(\w+): /, '**$1:** '), ''],
  job: (job, layout) => {
    const { head, aside, lines } = jobHead(job, layout);
    return ['', `### ${head}`, '', ...[...lines, aside].filter(Boolean).map((line) => `*${line}*  `), ''];
  },
};

const write = (form, { main, layout }) => main.flatMap((block) => form[block.kind](block, layout));

// Of windows-1251 only what Ukrainian needs: А to я lie together, Ґґ Єє Іі Її apart.
const apart = { Ґ: 0xa5, ґ: 0xb4, Є: 0xaa, є: 0xba, І: 0xb2, і: 0xb3, Ї: 0xaf, ї: 0xbf, '–': 0x96, '’': 0x92 };
const windows1251 = (text) =>
  Buffer.from(
    [...text].map((letter) => {
      const code = letter.charCodeAt(0);
      return apart[letter] ?? (code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code);
    }),
  );

/** The lines end as on Windows. */
export function writeText(person) {
  const { name, headline, contact, layout } = person;
  const text = `${[name, headline, ...contact, ...write(textOf, person)].join('\r\n')}\r\n`;
  return layout.has('windows-1251') ? windows1251(text) : Buffer.from(text);
}

export function writeMarkdown(person) {
  const { name, headline, contact } = person;
  return Buffer.from(`${[`# ${name}`, '', headline, '', ...contact, ...write(markdownOf, person)].join('\n')}\n`);
}
