import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

export const extractResumeTextAsync = task(
  'tasks.resume_tasks.extract_resume_text_async',
  { resumeId: id },
  {
    queue: 'resume',
    timeLimit: 60,
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
    timeLimit: 120,
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
