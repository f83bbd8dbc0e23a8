import { coded } from '../../errors.js';
import { skillSlug } from '../taxonomy.js';

/** A skill as a row of a file gives it. */
export interface ImportedSkill {
  name: string;
  slug: string;
  category: string;
  aliases: string[];
}

/** What a row comes to: a skill, nothing of interest, or a fault. */
export type RowResult = { skill: ImportedSkill } | { skipped: string } | { fault: string };

/** Makes a skill of a row's fields. */
export type RowReader = (fields: readonly string[]) => RowResult;

const maxName = 100;

/** `Python (computer programming)` is called Python in a resume. */
const bare = (label: string) =>
  label
    .replace(/\s*\([^()]*\)\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Resumes use single common words in any sense. Names are known by a capital letter, a figure or a sign. */
const isEverydayWord = (label: string) => /^\p{Ll}+$/u.test(label);

function toSkill(label: string, category: string, others: readonly string[]): RowResult {
  const name = bare(label);
  if (name === '') return { fault: 'the name is empty' };
  if (name.length > maxName) return { fault: `the name is longer than ${maxName} characters` };
  if (/\p{Cc}/u.test(name)) return { fault: 'the name holds control characters' };
  const slug = skillSlug(name);
  if (slug === '') return { fault: `the name ${name} has no Latin letter or figure` };
  if (isEverydayWord(name)) return { skipped: 'everyday word' };
  const aliases = others
    .map(bare)
    .filter((alias) => alias !== '' && alias.length <= maxName && !/\p{Cc}/u.test(alias) && !isEverydayWord(alias));
  return { skill: { name, slug, category: category.trim().slice(0, maxName) || 'Other', aliases: [...new Set(aliases)] } };
}

/** Finds a column by one of its names, whatever their case. */
function columnsOf(header: readonly string[]) {
  const names = header.map((name) => name.trim().toLowerCase());
  const find = (...wanted: string[]) => names.findIndex((name) => wanted.includes(name));
  const need = (wanted: string) => {
    const index = find(wanted.toLowerCase());
    if (index < 0) throw coded('COMMAND_FAILED', { reason: `The file has no column "${wanted}". It has: ${header.join(', ')}.` });
    return index;
  };
  return { find, need };
}

const escoCategories: Readonly<Record<string, string>> = { knowledge: 'Knowledge', 'skill/competence': 'Skills and competences' };

/** Reads `skills_en.csv` of ESCO, the European classification of skills. */
function escoReader(header: readonly string[]): RowReader {
  const { find, need } = columnsOf(header);
  const [name, others, type] = [need('preferredLabel'), need('altLabels'), need('skillType')];
  const status = find('status');
  return (fields) => {
    if (fields.length !== header.length) return { fault: `it has ${fields.length} fields, not ${header.length}` };
    if (status >= 0 && fields[status] !== 'released') return { skipped: 'not released' };
    return toSkill(fields[name]!, escoCategories[fields[type]!] ?? fields[type]!, fields[others]!.split(/\n|\s\|\s/));
  };
}

/** Reads `Technology Skills` or `Skills` of O*NET, the American database of occupations, as text with tabs or as CSV. */
function onetReader(header: readonly string[]): RowReader {
  const { find, need } = columnsOf(header);
  const element = find('element name');
  const name = element >= 0 ? element : need('Example');
  const category = element >= 0 ? -1 : need('Commodity Title');
  return (fields) => {
    if (fields.length !== header.length) return { fault: `it has ${fields.length} fields, not ${header.length}` };
    const label = fields[name]!;
    if (element >= 0 && !label.trim().includes(' ')) return { skipped: 'everyday word' };
    return toSkill(label, fields[category] ?? 'Skills and competences', []);
  };
}

/** The formats that skills can be imported from, each with what reads its rows, given the names of the columns. */
export const importFormats: Readonly<Record<'esco' | 'onet', (header: readonly string[]) => RowReader>> = {
  esco: escoReader,
  onet: onetReader,
};

export type ImportFormat = keyof typeof importFormats;
