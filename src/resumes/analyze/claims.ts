/** What the words around a skill say of it. */
export interface Claim {
  /** `no experience with`, `eager to learn`: the resume names the skill, and does not claim it. */
  isDenied: boolean;
  /** `basic knowledge of`, `expert in`. */
  command: 'basic' | 'advanced' | null;
  /** `5 years of`. */
  years: number | null;
}

const clauseLength = 90;
const wrappedLine = 60;

const number = '(\\d{1,2}(?:[.,]\\d)?)\\s*\\+?';
const yearWords = '(?:years?|yrs?\\.?|jahren?|ans|années|años|рок(?:и|ів|у))';
/** Words that may stand between a claim and what it is made of. */
const links =
  '(?:\\s+(?:of|in|with|using|as|an?|the|to|hands|on|hands-on|practical|professional|commercial|solid|industry|experience|work|working|developing|programming|writing|' +
  "erfahrung|berufserfahrung|mit|im|de|d[’']expérience|en|avec|con|experiencia|programando|досвіду|роботи|з|на))*\\s*:?\\s*$";

const yearsBefore = new RegExp(`(?<![\\p{L}\\p{N}.])${number}\\s*${yearWords}(?:'|’)?${links}`, 'iu');
const yearsAfter = new RegExp(`^\\s*[:(–—-]+\\s*${number}\\s*(?:${yearWords}|y)(?!\\p{L})`, 'iu');

const denial =
  "(?:no|not|never|without|lack(?:ing|s)?|don['’]t|haven['’]t|hasn['’]t|kein[e]?|ohne|aucune|sans|sin|без|не)(?: (?:yet|any|have|had|know|much|prior|real|formal|" +
  'used|worked|been|experienced|experience|knowledge|exposure|erfahrung|kenntnisse|expérience|connaissances?|conocimientos?|маю))*';
const wish =
  '(?:(?:want|wants|wanting|wish|eager|keen|willing|hope|hoping|plan|planning|like|happy|ready|looking) to (?:learn|study|pick up|try|explore)(?: more)?(?: about)?|interested in(?: learning)?)';
const deniedBefore = new RegExp(`(?<!\\p{L})(?:${denial}|${wish})${links}`, 'iu');
const deniedAfter = /^\s*[:(–—-]+\s*(?:none|no experience|keine)(?!\p{L})/iu;

const basic =
  '(?:basics?|beginners?|elementary|introductory|rudimentary|familiar(?:ity)?|exposure|learning|novice|limited|grundkenntnisse|grundlagen|notions|nociones|básicos?|базові)(?: (?:level|knowledge|skills|understanding|знання))?';
const advanced =
  '(?:experts?|expertise|advanced|proficien(?:t|cy)|fluent|deep|extensive|in-depth|strong|mastery|sehr gute|maîtrise|dominio|avanzados?)(?: (?:level|knowledge|skills|understanding|kenntnisse))?';
const basicBefore = new RegExp(`(?<!\\p{L})${basic}${links}`, 'iu');
const advancedBefore = new RegExp(`(?<!\\p{L})${advanced}${links}`, 'iu');
const basicAfter = new RegExp(`^\\s*[:(–—-]+\\s*${basic}(?!\\p{L})`, 'iu');
const advancedAfter = new RegExp(`^\\s*[:(–—-]+\\s*${advanced}(?!\\p{L})`, 'iu');

const clauseEnd = /[.;!?•·●▪)](?=\s)|\t/g;

/** The words before a place, back to the start of its sentence or line. A line that was wrapped is read on from the one before. */
function clauseBefore(text: string, at: number): string {
  const window = text.slice(Math.max(0, at - 2 * clauseLength), at);
  const lineStart = window.lastIndexOf('\n') + 1;
  const previousStart = lineStart > 0 ? window.lastIndexOf('\n', lineStart - 2) + 1 : 0;
  const isWrapped = lineStart - previousStart > wrappedLine && !/^\s*[-*•·●▪]/.test(window.slice(lineStart));
  const clause = window.slice(isWrapped ? previousStart : lineStart).slice(-clauseLength);
  const end = [...clause.matchAll(clauseEnd)].at(-1);
  return (end ? clause.slice(end.index + 1) : clause).replace(/\s+/g, ' ');
}

const toNumber = (match: RegExpExecArray | null) => (match ? Number(match[1]!.replace(',', '.')) : null);

/** What is said of all skills of a list, by the words before the place where it begins. */
export function readClaimBefore(text: string, at: number): Claim {
  const before = clauseBefore(text, at);
  return {
    isDenied: deniedBefore.test(before),
    command: basicBefore.test(before) ? 'basic' : advancedBefore.test(before) ? 'advanced' : null,
    years: toNumber(yearsBefore.exec(before)),
  };
}

const opensRemark = /^\s*[:(–—-]/;

/** What is said of one skill, by the words behind the place where its name ends; undefined when there are none. */
export function readClaimAfter(text: string, at: number): Claim | undefined {
  const after = text.slice(at, at + 40).split('\n')[0]!;
  if (!opensRemark.test(after)) return undefined;
  return {
    isDenied: deniedAfter.test(after),
    command: basicAfter.test(after) ? 'basic' : advancedAfter.test(after) ? 'advanced' : null,
    years: toNumber(yearsAfter.exec(after)),
  };
}

const useWords = new Set(
  (
    'built build building wrote writing written created creating led taught used using uses ran run running years ' +
    'developed developing implemented implementing designed designing deployed deploying migrated migrating automated automating ' +
    'maintained maintaining administered administering programmed programming trained training managed managing configured ' +
    'configuring operated operating performed performing tested testing analysed analyzed analysing analyzing prepared preparing ' +
    'launched launching optimised optimized optimising optimizing eingesetzt'
  ).split(' '),
);
const useStems = ['entwickel', 'programmier', 'développ', 'utilis', 'desarroll', 'implement', 'розроб', 'використ'];

/** Whether a line tells of using something, not just its name. */
export function tellsOfUse(line: string): boolean {
  for (const [word] of line.toLowerCase().matchAll(/\p{L}{3,}/gu)) {
    if (useWords.has(word) || useStems.some((stem) => word.startsWith(stem))) return true;
  }
  return false;
}
