/** Reads the people of the fixtures: what they wrote, how their file is made, and what a careful reader finds in it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const list = (text) => (text ? text.split(', ') : []);

function readHead(text) {
  const fields = text.split('\n').map((line) => /^(\w+):\s*(.*)$/.exec(line));
  return Object.fromEntries(fields.map(([, name, value]) => [name, value]));
}

function readLine(line) {
  if (line.startsWith('== ')) return { kind: 'heading', text: line.slice(3) };
  if (line.startsWith('- ')) return { kind: 'bullet', text: line.slice(2) };
  if (line.startsWith('~ ')) return { kind: 'hidden', text: line.slice(2) };
  if (line.startsWith('@ ')) {
    const [title, employer, dates] = line.slice(2).split(' | ');
    return { kind: 'job', title, employer, dates };
  }
  return line.includes(' || ') ? { kind: 'row', cells: line.split(' || ') } : { kind: 'text', text: line };
}

/** `=| ` opens a section of the side column, `== ` one of the main column. */
function readBody(lines) {
  const columns = { main: [], side: [] };
  let column = columns.main;
  for (const line of lines) {
    if (/^=[=|] /.test(line)) column = line.startsWith('=|') ? columns.side : columns.main;
    column.push(readLine(line.replace(/^=\| /, '== ')));
  }
  return columns;
}

function readPerson(file) {
  const [head, body] = readFileSync(file, 'utf8').trimEnd().split('\n---\n');
  const fields = readHead(head);
  const [name, headline, ...rest] = body.split('\n');
  const firstSection = rest.findIndex((line) => /^(=[=|]|~) /.test(line));
  const [made, ...layout] = fields.made.split(', ');
  const [type, by] = made.split(' by ');
  const contact = rest.slice(0, firstSection);
  return {
    id: path.basename(file, '.txt'),
    type,
    by,
    layout: new Set(layout),
    name,
    headline,
    contact,
    ...readBody(rest.slice(firstSection)),
    expected: {
      type,
      name: name.replace(/, RN$/, ''),
      emails: contact.join(' ').match(/\S+@\S+/g),
      years: Number(fields.years),
      level: fields.level,
      jobs: Number(fields.jobs),
      language: fields.language || null,
      skills: list(fields.skills),
      mayFind: list(fields.may),
      traps: list(fields.traps),
      hidden: list(fields.hidden),
    },
  };
}

/** Everybody, in the order of their numbers. */
export const readPeople = (folder) =>
  readdirSync(folder)
    .sort()
    .map((file) => readPerson(path.join(folder, file)));

/** How a job's first lines are written: `head` with `aside` at its right, or on its own line, then `lines`. */
export function jobHead({ title, employer, dates }, layout) {
  if (layout.has('employer first')) return { head: employer, aside: dates, lines: [title] };
  if (layout.has('dates first')) return { head: dates, aside: '', lines: [title, employer] };
  if (layout.has('title at employer')) return { head: `${title} at ${employer}`, aside: '', lines: [dates] };
  return { head: title, aside: dates, lines: [employer] };
}
