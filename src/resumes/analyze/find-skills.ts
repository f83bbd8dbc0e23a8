import { blankContacts } from './contact.js';
import { coveredMonths, toYears } from './date-range.js';
import type { JobBlock } from './experience.js';
import type { MatchableSkill, SkillMatch, SkillMatcher } from './skill-matcher.js';
import type { FoundSkill, SectionKind } from './types.js';

interface Mention extends SkillMatch {
  /** Index of the line it starts in. */
  line: number;
  section: SectionKind;
}

/** How far a mention is to be believed, by where it stands. */
const trust: Readonly<Record<SectionKind, number>> = {
  skills: 0.75,
  certifications: 0.7,
  languages: 0.7,
  experience: 0.65,
  projects: 0.65,
  summary: 0.5,
  education: 0.5,
  volunteering: 0.5,
  publications: 0.45,
  header: 0.45,
  awards: 0.4,
  contact: 0.2,
  interests: 0.2,
  references: 0.1,
};
/** What a term that could mean something else loses. */
const ambiguityFactor = 0.8;
const maxConfidence = 0.99;
const maxEvidence = 3;
const excerptLength = 120;

const isSkillList = (section: SectionKind) => section === 'skills' || section === 'certifications' || section === 'languages';

/** Whether nothing but a list's punctuation or a word such as "in" or "and" stands on both sides. */
function standsAlone(text: string, { start, end }: SkillMatch): boolean {
  const before = text.slice(Math.max(0, start - 12), start);
  const after = text.slice(end, end + 14);
  const opens = /(^|[,;/|•·(:\n\t–—]|\n[-*])[ ]?$|(^|[^\p{L}])(in|with|using|and|or|like|of|use|und|et|y)[ \n]$/iu.test(before);
  const closes =
    /^[ ]?($|[,;/|•·).\n\t–—])|^[ \n](and|or|for|with|programming|language|developer|developers|services|backend|und|et|y)(?!\p{L})/iu.test(
      after,
    );
  return opens && closes;
}

function locate(text: string, matches: SkillMatch[], sections: readonly SectionKind[]): Mention[] {
  let line = 0;
  let lineEnd = text.indexOf('\n');
  return matches.map((match) => {
    while (lineEnd !== -1 && lineEnd < match.start) {
      line++;
      lineEnd = text.indexOf('\n', lineEnd + 1);
    }
    return { ...match, line, section: sections[line] ?? 'header' };
  });
}

/** Drops the mentions whose rule does not hold. */
function settle(text: string, mentions: Mention[]): Mention[] {
  const skillsByLine = new Map<number, Set<number>>();
  for (const { line, skill, rule } of mentions) {
    if (rule !== 'listed') skillsByLine.set(line, (skillsByLine.get(line) ?? new Set()).add(skill.id));
  }
  return mentions.filter((mention) => {
    const { rule, section, line } = mention;
    if (rule === undefined || rule === 'exact') return true;
    if (rule === 'listed') return isSkillList(section);
    const inContext = isSkillList(section) || skillsByLine.get(line)!.size > 1;
    return inContext && (rule === 'context' || standsAlone(text, mention));
  });
}

const believe = ({ section, rule }: Mention) => trust[section] * (rule === undefined ? 1 : ambiguityFactor);

function describe(skill: MatchableSkill, mentions: Mention[], lines: readonly string[], jobs: readonly JobBlock[]): FoundSkill {
  const strongest = [...mentions].sort((a, b) => believe(b) - believe(a)).slice(0, maxEvidence);
  const doubt = strongest.reduce((product, mention) => product * (1 - believe(mention)), 1);
  const using = jobs.filter(({ from, to }) => mentions.some(({ line }) => line >= from && line < to));
  return {
    skillId: skill.id,
    name: skill.name,
    category: skill.category,
    confidence: Math.min(maxConfidence, Math.round((1 - doubt) * 100) / 100),
    years: using.length > 0 ? toYears(coveredMonths(using.map(({ range }) => range))) : null,
    mentions: mentions.length,
    evidence: mentions.slice(0, maxEvidence).map(({ line, section }) => ({
      line: line + 1,
      section,
      excerpt: (lines[line] ?? '')
        .replace(/\t/g, ' ')
        .slice(0, excerptLength)
        .replace(/[\uD800-\uDBFF]$/, ''),
    })),
  };
}

/** Finds the skills a resume claims, most confident first, with where it does and for how long they were used. */
export function findSkills(
  text: string,
  lines: readonly string[],
  sections: readonly SectionKind[],
  jobs: readonly JobBlock[],
  matcher: SkillMatcher,
): FoundSkill[] {
  const searched = blankContacts(text);
  const mentions = settle(searched, locate(searched, matcher(searched), sections));
  const bySkill = new Map<number, Mention[]>();
  for (const mention of mentions) {
    const own = bySkill.get(mention.skill.id);
    if (own) own.push(mention);
    else bySkill.set(mention.skill.id, [mention]);
  }
  return [...bySkill.values()]
    .map((own) => describe(own[0]!.skill, own, lines, jobs))
    .sort((a, b) => b.confidence - a.confidence || b.mentions - a.mentions || a.name.localeCompare(b.name));
}
