import type { ResumeView } from './client.js';

const list = (names: string[], most: number) =>
  names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ') || 'none';

/** What was found in a resume, in a few lines. */
export function describeResume({ analysis, score, pageCount, language }: ResumeView): string {
  const { skills, experience, education, score: parts } = analysis;
  const lines = [
    `    score       ${score} of 100 (${Object.entries(parts.parts)
      .map(([part, { score: points }]) => `${part} ${points}`)
      .join(', ')})`,
    `    skills      ${list(
      skills.map(({ name }) => name),
      12,
    )}`,
    `    experience  ${experience.totalYears} years, ${experience.level}`,
    ...experience.jobs.map(
      ({ title, employer, start, end }) => `                ${start} to ${end ?? 'now'}: ${title ?? '?'}, ${employer ?? '?'}`,
    ),
    ...education.map(
      ({ title, institution, year }) =>
        `    education   ${title}${institution ? `, ${institution}` : ''}${year ? ` (${year})` : ''}`,
    ),
    `    read        ${pageCount ?? 1} page${(pageCount ?? 1) > 1 ? 's' : ''}, language ${language ?? 'unknown'}`,
  ];
  return lines.join('\n');
}
