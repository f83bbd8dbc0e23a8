import { z } from 'zod';
import { level } from '../http/schemas.js';
import { jobTypes } from './queries.js';

const count = z.number().int();

export const jobType = z.enum(jobTypes);

const summary = z.object({
  id: count,
  title: z.string(),
  company: z.string(),
  location: z.string(),
  remote: z.boolean(),
  level,
  type: jobType,
  salaryMin: count.nullable().describe('A year’s pay, in `currency`.'),
  salaryMax: count.nullable(),
  currency: z.string().nullable().describe('ISO 4217.'),
  postedAt: z.date(),
  expiresAt: z.date().nullable(),
});

const applicationStatus = z.enum(['submitted', 'reviewing', 'interview', 'offered', 'rejected', 'withdrawn']);

/** A job in a list. */
export const jobSummaryResponse = summary.meta({ id: 'JobSummary' });

/** A job with all that is known of it. */
export const jobResponse = summary
  .extend({
    description: z.string(),
    open: z.boolean().describe('Whether it takes applications.'),
    skills: z
      .array(z.object({ id: count, name: z.string(), weight: z.number(), required: z.boolean() }))
      .describe('What weighs most first.'),
    application: z.object({ id: count, status: applicationStatus }).nullable().describe('The user’s own.'),
  })
  .meta({ id: 'Job' });

export const applicationResponse = z
  .object({
    id: count,
    status: applicationStatus,
    createdAt: z.date(),
    answeredAt: z.date().nullable().describe('When the company first answered.'),
    job: z.object({ id: count, title: z.string(), company: z.string(), location: z.string() }),
  })
  .meta({ id: 'Application' });
