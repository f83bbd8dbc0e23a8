import { z } from 'zod';

/** What every error answers. */
export const errorResponse = z
  .object({
    error: z.object({
      code: z.string().describe('What went wrong, for programs.'),
      message: z.string().describe('What went wrong and what to do, for people.'),
      fields: z.record(z.string(), z.string()).optional().describe('What is wrong with each field of the request.'),
    }),
  })
  .meta({ id: 'Error' });

/** How far someone's career is, and how far a job or a course asks for it to be. */
export const level = z.enum(['entry', 'junior', 'mid', 'senior', 'lead']);

/** A row's id in a path. */
export const idParams = z.object({ id: z.coerce.number().int().positive() });

/** Which page of a list; pages count from 1. */
export const pageQuery = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(20),
});

/** One page of a list, with how many items there are in all. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), page: z.number().int(), pageSize: z.number().int(), total: z.number().int() });

/** Neither half of a pair of surrogates alone, which is no text. */
const whole = /^\P{Cs}*$/u;

/** A title or a name: one line, trimmed, of 1 to `max` characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')
    .regex(whole, 'must be text');

/** Text of several lines, trimmed, of 1 to `max` characters. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .regex(/^[\P{Cc}\n\r\t]*$/u, 'must not hold control characters')
    .regex(whole, 'must be text');
