import { type Claim, readClaimAfter, readClaimBefore, tellsOfUse } from './claims.js';
import { blankContacts } from './contact.js';
import { coveredMonths, toYears } from './date-range.js';
import { judgeMatches } from './disambiguate/index.js';
import type { JobBlock } from './experience.js';
import type { MatchableSkill, SkillMatch, SkillMatcher } from './skill-matcher.js';
import type { FoundSkill, SectionKind } from './types.js';

/** A place where the resume claims a skill. */
interface Mention extends SkillMatch {
  /** Index of the line it starts in. */
  line: number;
  section: SectionKind;
  /** The chance that the term means the skill here. */
  chance: number;
  claim: Claim;
}

/** How far a mention is to be believed, by where it stands. */
const trust: Readonly<Record<SectionKind, number>> = {
  skills: 0.65,
  certifications: 0.7,
  languages: 0.7,
  experience: 0.6,
  projects: 0.6,
  summary: 0.5,
  education: 0.5,
  volunteering: 0.5,
  publications: 0.45,
  header: 0.5,
  awards: 0.4,
  contact: 0.2,
  interests: 0.2,
  references: 0.1,
};
/** What a line that tells of using the skill adds, and a job with dates. */
const useFactor = 1.15;
const jobFactor = 1.15;
/** A list of more skills than this is a list of keywords. */
const longList = 50;
const longListFactor = 0.75;

const minChance = 0.5;
const maxConfidence = 0.99;
const maxStatedYears = 60;
const maxEvidence = 3;
const excerptLength = 120;

const isSkillList = (section: SectionKind) => section === 'skills' || section === 'certifications' || section === 'languages';

const speaking =
  /(?<!\p{L})(?:fluent|native|bilingual|mother tongue|speak\p{L}*|spoken|language\p{L}*|proficien\p{L}*|conversational|[abc][12]|muttersprache|fließend|sprach\p{L}*|courant\p{L}*|langue\p{L}*|idiomas?|nativ\p{L}*|мов\p{L}*|рідна|вільно)(?!\p{L})/iu;

interface Located extends SkillMatch {
  line: number;
  section: SectionKind;
}

function locate(text: string, matches: SkillMatch[], sections: readonly SectionKind[]): Located[] {
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

/** A line that may be a title: few words, dates and employer included. */
const isShort = (line: string) => line.length <= 90 && line.split(/\s+/).length <= 9;

/** Whether the rule of a match holds. Two spoken languages in one line are a list of them. */
function holds(
  { rule, section, line, start }: Located,
  text: string,
  lines: readonly string[],
  spokenInLine: ReadonlyMap<number, number>,
): boolean {
  if (rule === 'listed') return isSkillList(section);
  if (rule === 'titled') return isSkillList(section) || (/\p{Lu}/u.test(text[start]!) && isShort(lines[line] ?? ''));
  if (rule === 'spoken') return isSkillList(section) || spokenInLine.get(line)! > 1 || speaking.test(lines[line] ?? '');
  return true;
}

const isListJoin = (gap: string) =>
  gap.length <= 8 && /^\s*(?:[,/&+]|,?\s*(?:and|or|und|oder|et|ou|y|o|та|і|або))\s*$/iu.test(gap);

/** What is said of a skill alone goes before what is said of its whole list. */
const merge = (ofList: Claim, own: Claim | undefined): Claim => ({
  isDenied: ofList.isDenied || (own?.isDenied ?? false),
  command: own?.command ?? ofList.command,
  years: own?.years ?? ofList.years,
});

/** The places where the resume claims skills; those where it names something else, or denies to have the skill, are left out. */
function findMentions(
  text: string,
  lines: readonly string[],
  sections: readonly SectionKind[],
  matcher: SkillMatcher,
): Mention[] {
  const located = locate(text, matcher(text), sections);
  const chances = judgeMatches(text, located, ({ section }) => section);
  const spokenInLine = new Map<number, number>();
  for (const { rule, line } of located) if (rule === 'spoken') spokenInLine.set(line, (spokenInLine.get(line) ?? 0) + 1);

  const mentions: Mention[] = [];
  let claimOfList: Claim | undefined;
  let previousEnd: number | undefined;
  located.forEach((match, index) => {
    const chance = chances[index]!;
    if (chance < minChance || !holds(match, text, lines, spokenInLine)) return;
    const continuesList = previousEnd !== undefined && isListJoin(text.slice(previousEnd, match.start));
    if (!claimOfList || !continuesList) claimOfList = readClaimBefore(text, match.start);
    previousEnd = match.end;
    const claim = merge(claimOfList, readClaimAfter(text, match.end));
    if (!claim.isDenied) mentions.push({ ...match, chance, claim });
  });
  return mentions;
}

/** The belief in a skill: of each section and each job its best mention counts, at most three of these. */
function confidenceOf(
  mentions: readonly Mention[],
  believe: (mention: Mention) => number,
  placeOf: (mention: Mention) => string,
): number {
  const best = new Map<string, number>();
  for (const mention of mentions) {
    const place = placeOf(mention);
    best.set(place, Math.max(best.get(place) ?? 0, believe(mention)));
  }
  const strongest = [...best.values()].sort((a, b) => b - a).slice(0, maxEvidence);
  const doubt = strongest.reduce((product, belief) => product * (1 - belief), 1);
  return Math.min(maxConfidence, Math.round((1 - doubt) * 100) / 100);
}

function excerptOf(line: string): string {
  return line
    .replace(/\t/g, ' ')
    .slice(0, excerptLength)
    .replace(/[\uD800-\uDBFF]$/, '');
}

/** Years in dated jobs that name the skill, or what the resume says in words, if that is more. */
function yearsOf(mentions: readonly Mention[], using: readonly JobBlock[]): number | null {
  const stated = mentions.flatMap(({ claim: { years } }) => (years !== null && years <= maxStatedYears ? [years] : []));
  const dated = using.length > 0 ? [toYears(coveredMonths(using.map(({ range }) => range)))] : [];
  const all = [...stated, ...dated];
  return all.length > 0 ? Math.max(...all) : null;
}

/**
 * Finds the skills a resume claims, most confident first, with where it does, for how long they were used, and how well the
 * resume says they are known.
 */
export function findSkills(
  text: string,
  lines: readonly string[],
  sections: readonly SectionKind[],
  jobs: readonly JobBlock[],
  matcher: SkillMatcher,
): FoundSkill[] {
  const mentions = findMentions(blankContacts(text), lines, sections, matcher);
  const jobOf = (line: number) => jobs.findIndex(({ from, to }) => line >= from && line < to);
  const listed = new Set(mentions.filter(({ section }) => section === 'skills').map(({ skill }) => skill.id)).size;
  const uses = new Map<number, boolean>();
  const isUsed = (line: number) => {
    if (!uses.has(line)) uses.set(line, tellsOfUse(lines[line] ?? ''));
    return uses.get(line)!;
  };
  const believe = ({ section, line, chance }: Mention) =>
    trust[section] *
    chance *
    (section === 'skills' && listed > longList ? longListFactor : 1) *
    (!isSkillList(section) && isUsed(line) ? useFactor : 1) *
    (jobOf(line) >= 0 ? jobFactor : 1);
  const placeOf = ({ section, line }: Mention) => `${section} ${jobOf(line)}`;

  const describe = (skill: MatchableSkill, own: readonly Mention[]): FoundSkill => {
    const jobsOfSkill = new Set(own.map(({ line }) => jobOf(line)));
    return {
      skillId: skill.id,
      name: skill.name,
      category: skill.category,
      confidence: confidenceOf(own, believe, placeOf),
      years: yearsOf(
        own,
        jobs.filter((_, index) => jobsOfSkill.has(index)),
      ),
      command: own.find(({ claim }) => claim.command !== null)?.claim.command ?? null,
      mentions: own.length,
      evidence: own
        .slice(0, maxEvidence)
        .map(({ line, section }) => ({ line: line + 1, section, excerpt: excerptOf(lines[line] ?? '') })),
    };
  };
  const bySkill = new Map<number, Mention[]>();
  for (const mention of mentions) {
    const own = bySkill.get(mention.skill.id);
    if (own) own.push(mention);
    else bySkill.set(mention.skill.id, [mention]);
  }
  return [...bySkill.values()]
    .map((own) => describe(own[0]!.skill, own))
    .sort((a, b) => b.confidence - a.confidence || b.mentions - a.mentions || a.name.localeCompare(b.name));
}
