import { findContact } from './contact.js';
import { findEducation } from './education.js';
import { findJobs, summarizeExperience } from './experience.js';
import { findSkills } from './find-skills.js';
import { scoreResume } from './score.js';
import { findSections, sectionByLine } from './sections.js';
import type { SkillMatcher } from './skill-matcher.js';
import type { ResumeAnalysis } from './types.js';

/** A headline below the name tells the level of who names no dated job. */
const headlineLines = 3;

/**
 * Reads a resume's text: its sections, jobs, education, contacts and skills, and a score. Pure: the same text, matcher and
 * month give the same analysis.
 *
 * @param now The end of jobs that are held at present.
 */
export function analyzeResume(text: string, matcher: SkillMatcher, now: Date): ResumeAnalysis {
  const lines = text.split('\n');
  const found = findSections(lines);
  const sections = sectionByLine(found);
  const jobs = findJobs(lines, sections, now);
  const experience = summarizeExperience(jobs, lines.slice(0, headlineLines).join('\n'));
  const education = findEducation(lines, sections);
  const contact = findContact(text);
  const skills = findSkills(text, lines, sections, jobs, matcher);
  return {
    skills,
    sections: found.map(({ kind, heading, from }) => ({ kind, heading, line: from + 1 })),
    experience,
    education,
    contact,
    score: scoreResume({ skills, experience, education, contact, sections }),
  };
}
