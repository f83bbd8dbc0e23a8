import type { Contact, Degree, Education, Experience, FoundSkill, ResumeScore, ScorePart, SectionKind } from './types.js';

const weights = { skills: 0.4, experience: 0.3, education: 0.15, completeness: 0.15 } as const;

const enoughSkills = 15;
const enoughYears = 10;
const degreeScores: Readonly<Record<Degree, number>> = {
  doctorate: 100,
  master: 90,
  bachelor: 80,
  associate: 60,
  vocational: 60,
  school: 40,
};

const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.min(1, part / whole));
const percent = (value: number) => Math.round(value * 100);
const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** 70 points for the skills claimed, 15 of them being enough; 30 for the share that the work history backs. */
function scoreSkills(skills: readonly FoundSkill[]): Omit<ScorePart, 'weight'> {
  const claimed = skills.reduce((sum, { confidence }) => sum + confidence, 0);
  const backed = skills.filter(({ years }) => years !== null).length;
  return {
    score: Math.round(70 * share(claimed, enoughSkills) + 30 * share(backed, skills.length)),
    explanation: `${count(skills.length, 'skill')} found, ${backed} of them used in a dated job.`,
  };
}

/** 80 points for years, ten being enough; 20 for the share of jobs that name both title and employer. */
function scoreExperience({ jobs, totalYears }: Experience): Omit<ScorePart, 'weight'> {
  const documented = jobs.filter(({ title, employer }) => title && employer).length;
  return {
    score: Math.round(80 * share(totalYears, enoughYears) + 20 * share(documented, jobs.length)),
    explanation:
      jobs.length === 0
        ? 'No job with dates found.'
        : `${count(jobs.length, 'dated job')} over ${totalYears} years, ${documented} with title and employer.`,
  };
}

/** By the highest degree. */
function scoreEducation(education: readonly Education[]): Omit<ScorePart, 'weight'> {
  const best = [...education].sort((a, b) => degreeScores[b.degree] - degreeScores[a.degree])[0];
  return best
    ? { score: degreeScores[best.degree], explanation: `Highest degree found: ${best.title}.` }
    : { score: 0, explanation: 'No degree found.' };
}

/** The share of what a reader looks for that is there. */
function scoreCompleteness(contact: Contact, sections: readonly SectionKind[], { jobs }: Experience): Omit<ScorePart, 'weight'> {
  const checks: readonly (readonly [what: string, isThere: boolean])[] = [
    ['an e-mail address', contact.emails.length > 0],
    ['a phone number', contact.phones.length > 0],
    ['a summary', sections.includes('summary')],
    ['a work history with dates', jobs.length > 0],
    ['an education section', sections.includes('education')],
    ['a skills section', sections.includes('skills')],
  ];
  const missing = checks.filter(([, isThere]) => !isThere).map(([what]) => what);
  return {
    score: percent(share(checks.length - missing.length, checks.length)),
    explanation: missing.length === 0 ? 'Nothing is missing.' : `Missing: ${missing.join(', ')}.`,
  };
}

/** Scores a resume from 0 to 100, part by part, each explained. */
export function scoreResume(found: {
  skills: readonly FoundSkill[];
  experience: Experience;
  education: readonly Education[];
  contact: Contact;
  sections: readonly SectionKind[];
}): ResumeScore {
  const parts = {
    skills: { ...scoreSkills(found.skills), weight: weights.skills },
    experience: { ...scoreExperience(found.experience), weight: weights.experience },
    education: { ...scoreEducation(found.education), weight: weights.education },
    completeness: { ...scoreCompleteness(found.contact, found.sections, found.experience), weight: weights.completeness },
  };
  const total = Object.values(parts).reduce((sum, { score, weight }) => sum + score * weight, 0);
  return { total: Math.round(total), parts };
}
