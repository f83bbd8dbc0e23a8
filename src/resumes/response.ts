import { z } from 'zod';

const count = z.number().int();
const line = count.describe('Counts from 1, in the extracted text.');

const skill = z.object({
  skillId: count,
  name: z.string(),
  category: z.string(),
  confidence: z.number().describe('The chance that the resume really claims the skill, from 0 to 1.'),
  years: z.number().nullable().describe('Years of the dated jobs whose text names it, or those the resume states, if more.'),
  command: z.enum(['basic', 'advanced']).nullable().describe('How the resume itself rates it.'),
  mentions: count,
  evidence: z.array(z.object({ line, section: z.string(), excerpt: z.string() })),
});

const gap = z.object({
  skillId: count,
  name: z.string(),
  openJobs: count,
  share: z.number().describe('The share of the fitting open jobs that ask for it, from 0 to 1.'),
  related: z.array(z.string()).describe('Names of the resume’s skills that it goes together with.'),
  reason: z.string(),
});

const job = z.object({
  title: z.string().nullable(),
  employer: z.string().nullable(),
  place: z.string().nullable(),
  isInternship: z.boolean().describe('Its months count half.'),
  start: z.string().describe('YYYY-MM, or YYYY.'),
  end: z.string().nullable().describe('Null for a job held now.'),
  years: z.number(),
  line,
});

const education = z.object({
  degree: z.string(),
  title: z.string().describe('The degree as written.'),
  institution: z.string().nullable(),
  year: count.nullable().describe('The year it ended, or is to end.'),
  inProgress: z.boolean(),
});

const scorePart = z.object({
  score: z.number().describe('0 to 100.'),
  weight: z.number().describe('The part’s share of the total, from 0 to 1.'),
  reason: z.string(),
  hint: z.string().nullable().describe('What would raise it; null when there is nothing to do.'),
});

/** What the API tells of an analysis. */
const analysis = z
  .object({
    skills: z.array(skill).describe('Most confident first.'),
    gaps: z.array(gap).describe('Skills that fitting open jobs ask for and the resume lacks, most asked for first.'),
    sections: z.array(z.object({ kind: z.string(), heading: z.string(), line })),
    experience: z.object({
      jobs: z.array(job),
      totalYears: z.number().describe('Overlapping jobs count once.'),
      level: z.enum(['entry', 'junior', 'mid', 'senior', 'lead']),
    }),
    education: z.array(education),
    languages: z
      .array(z.object({ code: z.string().describe('ISO 639-1.'), name: z.string(), level: z.string().nullable() }))
      .describe('That the owner speaks.'),
    contact: z.object({
      name: z.string().nullable(),
      emails: z.array(z.string()),
      phones: z.array(z.string()),
      links: z.array(z.string()),
    }),
    file: z.object({
      pages: count.nullable(),
      hidden: z.object({ characters: count }).nullable().describe('Text that no reader of the page sees, and that was left out.'),
      truncated: z.boolean().describe('Whether the text was too long and its end was left out.'),
      recognized: z.boolean().describe('Whether the text was recognised in pictures, and so may have errors.'),
    }),
    style: z.object({ words: count, bullets: count, longBullets: count, jobBullets: count, jobBulletsWithFigures: count }),
    warnings: z.array(z.object({ code: z.string(), message: z.string() })).describe('What the owner should look at.'),
    score: z.object({
      total: z.number().describe('0 to 100: the weighted sum of the parts.'),
      parts: z.object({
        skills: scorePart,
        experience: scorePart,
        evidence: scorePart,
        completeness: scorePart,
        readability: scorePart,
      }),
    }),
  })
  .meta({ id: 'ResumeAnalysis' });

const summary = z.object({
  id: count,
  fileName: z.string(),
  contentType: z.string(),
  sizeBytes: count,
  status: z.enum(['pending', 'processing', 'completed', 'failed']),
  score: z.number().nullable().describe('0 to 100; null before the analysis.'),
  failure: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why the analysis failed.'),
  createdAt: z.date(),
  analyzedAt: z.date().nullable(),
});

/** A resume in a list. */
export const resumeSummaryResponse = summary.meta({ id: 'ResumeSummary' });

/** A resume with all that is known of it. */
export const resumeResponse = summary
  .extend({
    pageCount: count.nullable(),
    language: z.string().nullable().describe('ISO 639-1.'),
    analysis: analysis.nullable().describe('The last one; it stays while a new one is made.'),
  })
  .meta({ id: 'Resume' });
