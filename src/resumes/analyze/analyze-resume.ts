import { findContact } from './contact.js';
import { findEducation } from './education.js';
import { findJobs, summarizeExperience } from './experience.js';
import { findSkills } from './find-skills.js';
import { findSections, sectionByLine } from './sections.js';
import type { SkillMatcher } from './skill-matcher.js';
import { findLanguages } from './spoken-languages.js';
import { measureStyle } from './text-style.js';
import type { FileFacts, ResumeFindings } from './types.js';
import { findWarnings } from './warnings.js';

/** A headline below the name tells the level of who names no dated job. */
const headlineLines = 3;

const unknownFile: FileFacts = { pages: null, hidden: null, truncated: false, recognized: false };

/**
 * Reads a resume's text: its sections, jobs, education, languages, contacts and skills. Pure: the same text, matcher and
 * month give the same findings.
 *
 * @param now The end of jobs that are held at present.
 * @param file What was seen of the file beside its text.
 */
export function analyzeResume(text: string, matcher: SkillMatcher, now: Date, file: FileFacts = unknownFile): ResumeFindings {
  const lines = text.split('\n');
  const found = findSections(lines);
  const sections = sectionByLine(found);
  const { blocks, ignoredDates } = findJobs(lines, sections, now);
  const contact = findContact(text, lines);
  const style = measureStyle(lines, sections);
  const education = findEducation(lines, sections, now);
  return {
    skills: findSkills(text, lines, sections, blocks, matcher),
    sections: found.map(({ kind, heading, from }) => ({ kind, heading, line: from + 1 })),
    experience: summarizeExperience(blocks, lines.slice(0, headlineLines).join('\n')),
    education,
    languages: findLanguages(lines, sections),
    contact,
    file,
    style,
    warnings: findWarnings({ blocks, education, ignoredDates, sections, contact, file, style }),
  };
}
