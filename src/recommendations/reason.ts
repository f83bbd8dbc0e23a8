/** What a job asks for, against what a user has. */
export interface JobFit {
  /** The weighted share of the asked skills that the user covers, from 0 to 1. */
  score: number;
  /** Names of the asked skills that the user has, and of those that the user lacks; what weighs most first. */
  matched: string[];
  missing: string[];
  /** How many people have applied. */
  applications: number;
}

const namedSkills = 3;

/** Says why a job is recommended. */
export function jobReason({ score, matched, missing, applications }: JobFit): string {
  if (matched.length > 0) {
    const asked = matched.length + missing.length;
    const share = Math.round(score * 100);
    return `You have ${matched.length} of the ${asked} skills it asks for (${named(matched)}), which is ${share} % of their weight`;
  }
  if (applications > 0) return `Popular: ${applications} ${applications === 1 ? 'person has' : 'people have'} applied`;
  return 'New on the platform';
}

function named(skills: string[]): string {
  const rest = skills.length - namedSkills;
  return skills.slice(0, namedSkills).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
