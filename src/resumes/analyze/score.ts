import { findSkillGaps } from './skill-gaps.js';
import type {
  Experience,
  FileFacts,
  FoundSkill,
  ResumeAnalysis,
  ResumeFindings,
  ResumeScore,
  ScorePart,
  ScorePartName,
  SkillDemand,
  SkillGap,
  TextStyle,
} from './types.js';
import { maxPages, maxWords } from './warnings.js';

type Rated = Omit<ScorePart, 'weight'>;

const weights: Readonly<Record<ScorePartName, number>> = {
  skills: 0.3,
  experience: 0.25,
  evidence: 0.15,
  completeness: 0.15,
  readability: 0.15,
};

/** How much is enough for all points. */
const enoughCoverage = 0.6;
const enoughSkills = 15;
const enoughYears = 10;
const enoughDocumentedYears = 2;
const enoughBacked = 0.6;
const enoughFigures = 1 / 3;

const share = (part: number, whole: number) => (whole <= 0 ? 0 : Math.min(1, part / whole));
const percent = (value: number) => Math.round(value * 100);
const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/**
 * 70 points for the share of what the fitting open jobs ask for, 60% being enough; 30 for the skills claimed, 15 being
 * enough. When no open job fits, the skills claimed decide alone.
 */
function rateSkills(skills: readonly FoundSkill[], demand: SkillDemand, gaps: readonly SkillGap[]): Rated {
  const claimed = share(
    skills.reduce((sum, { confidence }) => sum + confidence, 0),
    enoughSkills,
  );
  const names = gaps.slice(0, 3).map(({ name }) => name);
  const hint =
    names.length > 0 ? `Fitting jobs often ask for ${names.join(', ')}: name them if you know them, or learn one.` : null;
  const found = `${count(skills.length, 'skill')} found`;
  const asked = demand.skills.reduce((sum, { weight }) => sum + weight, 0);
  if (demand.openJobs === 0 || asked === 0) {
    return {
      score: percent(claimed),
      reason: `${found}; no open job asks for them at present.`,
      hint: claimed < 1 ? 'Add a section with the skills that you use at work.' : null,
    };
  }
  const held = new Set(skills.map(({ skillId }) => skillId));
  const covered = demand.skills.reduce((sum, { skillId, weight }) => sum + (held.has(skillId) ? weight : 0), 0) / asked;
  return {
    score: Math.round(70 * share(covered, enoughCoverage) + 30 * claimed),
    reason: `${found}; they make up ${percent(covered)}% of what ${count(demand.openJobs, 'fitting open job')} ask for.`,
    hint,
  };
}

/**
 * 80 points for years, ten being enough; 20 for jobs with title and employer, two years of them being enough. One more job
 * never lowers it.
 */
function rateExperience({ jobs, totalYears }: Experience): Rated {
  const documented = jobs.filter(({ title, employer }) => title !== null && employer !== null);
  const documentedYears = documented.reduce((sum, { years }) => sum + years, 0);
  const score = Math.round(80 * share(totalYears, enoughYears) + 20 * share(documentedYears, enoughDocumentedYears));
  if (jobs.length === 0) {
    return {
      score,
      reason: 'No job with dates found.',
      hint: 'Give each job its title, employer and dates, such as "Jan 2019 – Mar 2021".',
    };
  }
  return {
    score,
    reason: `${count(jobs.length, 'dated job')} over ${totalYears} years, ${documented.length} with title and employer.`,
    hint: documented.length < jobs.length ? 'Write title and employer on the lines next to the dates of each job.' : null,
  };
}

/** 80 points for skills with years, from a dated job or as stated, 60% of them being enough; 20 for its bullets that name a figure, a third being enough. */
function rateEvidence(skills: readonly FoundSkill[], { jobBullets, jobBulletsWithFigures }: TextStyle): Rated {
  const backed = skills.filter(({ years }) => years !== null).length;
  const backing = share(share(backed, skills.length), enoughBacked);
  const figures = share(share(jobBulletsWithFigures, jobBullets), enoughFigures);
  const hints = [
    ...(backing < 1 ? ['Tell under each job which of your skills you used there.'] : []),
    ...(figures < 1 ? ['Name results in figures: how many, how much, how fast.'] : []),
  ];
  return {
    score: Math.round(80 * backing + 20 * figures),
    reason: `${backed} of ${count(skills.length, 'skill')} with years of use; ${jobBulletsWithFigures} of ${count(jobBullets, 'bullet')} about jobs with a figure.`,
    hint: hints[0] ?? null,
  };
}

/** The share of what a reader looks for that is there. */
function rateCompleteness({ contact, sections, experience, education }: ResumeFindings): Rated {
  const has = (kind: string) => sections.some((section) => section.kind === kind);
  const checks: readonly (readonly [what: string, isThere: boolean])[] = [
    ['your name at the top', contact.name !== null],
    ['an e-mail address', contact.emails.length > 0],
    ['a phone number', contact.phones.length > 0],
    ['a summary', has('summary')],
    ['a work history with dates', experience.jobs.length > 0],
    ['an education section with a degree or certificate', education.length > 0],
    ['a skills section', has('skills')],
  ];
  const missing = checks.filter(([, isThere]) => !isThere).map(([what]) => what);
  return {
    score: percent(share(checks.length - missing.length, checks.length)),
    reason: missing.length === 0 ? 'Nothing is missing.' : `Missing: ${missing.join(', ')}.`,
    hint: missing.length === 0 ? null : `Add ${missing[0]}.`,
  };
}

interface Flaw {
  applies: boolean;
  points: number;
  what: string;
  hint: string;
}

/** 100 points, less those of each flaw in form. */
function rateReadability(sections: number, { words, bullets, longBullets, jobBullets }: TextStyle, file: FileFacts): Rated {
  const flaws: readonly Flaw[] = [
    { applies: words < 30, points: 100, what: 'hardly any text', hint: 'Check that the file holds text, not pictures of it.' },
    {
      applies: (file.hidden?.characters ?? 0) > 0,
      points: 50,
      what: 'hidden text',
      hint: 'Remove the text that nobody sees: recruiters take it for cheating.',
    },
    {
      applies: sections < 3,
      points: 30,
      what: 'fewer than three sections',
      hint: 'Use plain headings: Summary, Experience, Education, Skills.',
    },
    { applies: words < 120, points: 25, what: 'a short text', hint: 'Tell in a few lines what you did in each job.' },
    {
      applies: words > maxWords || (file.pages ?? 0) > maxPages,
      points: 25,
      what: 'a long text',
      hint: 'Shorten it to two pages.',
    },
    { applies: file.truncated, points: 25, what: 'a text that was cut off', hint: 'Shorten it to two pages.' },
    {
      applies: words >= 120 && jobBullets === 0,
      points: 15,
      what: 'no bullets under the jobs',
      hint: 'Write what you did in each job as short bullets.',
    },
    { applies: share(longBullets, bullets) > 0.2, points: 15, what: 'long bullets', hint: 'Keep bullets under 40 words.' },
  ];
  const own = flaws.filter(({ applies }) => applies);
  return {
    score: Math.max(0, 100 - own.reduce((sum, { points }) => sum + points, 0)),
    reason: own.length === 0 ? 'Easy to read.' : `It has ${own.map(({ what }) => what).join(', ')}.`,
    hint: own[0]?.hint ?? null,
  };
}

function scoreResume(findings: ResumeFindings, demand: SkillDemand, gaps: readonly SkillGap[]): ResumeScore {
  const { skills, experience, style, file } = findings;
  const headings = findings.sections.filter(({ kind }) => kind !== 'header').length;
  const rated: Record<ScorePartName, Rated> = {
    skills: rateSkills(skills, demand, gaps),
    experience: rateExperience(experience),
    evidence: rateEvidence(skills, style),
    completeness: rateCompleteness(findings),
    readability: rateReadability(headings, style, file),
  };
  const parts = Object.fromEntries(
    Object.entries(rated).map(([name, part]) => [name, { ...part, weight: weights[name as ScorePartName] }]),
  ) as ResumeScore['parts'];
  const total = Object.values(parts).reduce((sum, { score, weight }) => sum + score * weight, 0);
  return { total: Math.round(total), parts };
}

/** Judges what a resume says by what the open jobs ask for: a score from 0 to 100, part by part, and the skills it lacks. */
export function assessResume(findings: ResumeFindings, demand: SkillDemand): ResumeAnalysis {
  const gaps = findSkillGaps(findings.skills, demand);
  return { ...findings, score: scoreResume(findings, demand, gaps), gaps };
}
