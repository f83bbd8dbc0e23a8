import { z } from 'zod';

const count = z.number().int();
const scorePart = z.object({
  score: z.number().describe('0 to 100.'),
  weight: z.number().describe('The part’s share of the total, from 0 to 1.'),
  explanation: z.string(),
});

/** What the API tells of an analysis. */
const analysis = z
  .object({
    skills: z
      .array(
        z.object({
          skillId: count,
          name: z.string(),
          category: z.string(),
          confidence: z.number().describe('The chance that the resume really claims the skill, from 0 to 1.'),
          years: z.number().nullable().describe('Years of the dated jobs whose text names it.'),
          mentions: count,
          evidence: z.array(z.object({ line: count, section: z.string(), excerpt: z.string() })),
        }),
      )
      .describe('Most confident first.'),
    gaps: z
      .array(z.object({ skillId: count, name: z.string(), openJobs: count }))
      .describe('Skills that fitting open jobs ask for and the resume lacks, most asked for first.'),
    sections: z.array(z.object({ kind: z.string(), heading: z.string(), line: count })),
    experience: z.object({
      jobs: z.array(
        z.object({
          title: z.string().nullable(),
          employer: z.string().nullable(),
          start: z.string().describe('YYYY-MM, or YYYY.'),
          end: z.string().nullable().describe('Null for a job held now.'),
          years: z.number(),
          line: count,
        }),
      ),
      totalYears: z.number().describe('Overlapping jobs count once.'),
      level: z.enum(['entry', 'junior', 'mid', 'senior', 'lead']),
    }),
    education: z.array(
      z.object({ degree: z.string(), title: z.string(), institution: z.string().nullable(), year: count.nullable() }),
    ),
    contact: z.object({ emails: z.array(z.string()), phones: z.array(z.string()), links: z.array(z.string()) }),
    score: z.object({
      total: z.number().describe('0 to 100: the weighted sum of the parts.'),
      parts: z.object({ skills: scorePart, experience: scorePart, education: scorePart, completeness: scorePart }),
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
    analysis: analysis.nullable(),
  })
  .meta({ id: 'Resume' });
