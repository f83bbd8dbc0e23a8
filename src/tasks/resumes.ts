import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

export const extractResumeTextAsync = task(
  'tasks.resume_tasks.extract_resume_text_async',
  { resumeId: id },
  {
    queue: 'resume',
    timeLimit: 240,
    returns: {
      resumeId: z.number(),
      characters: z.number(),
      pages: z.number().nullable(),
      language: z.string().nullable(),
      skipped: z.string().optional(),
    },
  },
);

export const analyzeResumeAsync = task(
  'tasks.resume_tasks.analyze_resume_async',
  { resumeId: id },
  {
    queue: 'resume',
    timeLimit: 300,
    returns: {
      resumeId: z.number(),
      userId: z.number(),
      skills: z.number(),
      skillsAdded: z.number(),
      score: z.number(),
      skipped: z.string().optional(),
    },
  },
);

/** `resumes` were to be analysed: `analyzed` were, `skipped` had been done or deleted meanwhile, `failed` could not be. */
const batchReturns = { resumes: z.number(), analyzed: z.number(), skipped: z.number(), failed: z.number() };

/** With `outdated`, also the resumes that were analysed by an earlier version of the program or of the skills. */
const outdated = z.boolean().default(false);

export const batchAnalyzeResumes = task(
  'tasks.resume_tasks.batch_analyze_resumes',
  { outdated },
  { queue: 'resume', unique: true, returns: { ...batchReturns, chunks: z.number() } },
);

/** A part of the resumes that wait. */
export const analyzeResumesChunk = task(
  'tasks.resume_tasks.analyze_resumes_chunk',
  { fromId: id, toId: id, outdated },
  { queue: 'resume', returns: batchReturns },
);

export const cleanupOldResumes = task(
  'tasks.resume_tasks.cleanup_old_resumes',
  { days: z.number().int().min(0).max(3650).default(90) },
  {
    queue: 'resume',
    unique: true,
    timeLimit: 3600,
    returns: { deleted: z.number(), files: z.number(), bytesFreed: z.number() },
  },
);
