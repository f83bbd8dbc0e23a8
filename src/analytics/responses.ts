import { z } from 'zod';

/** How old what is answered is. */
export const age = {
  computedAt: z.date(),
  ageSeconds: z.number().int(),
};

/** Figures with their age. */
export const figuresResponse = <T extends z.ZodType>(figures: T) =>
  z.object({
    figures,
    ...age,
    stale: z
      .boolean()
      .describe('Whether the figures are out of date; newer ones are on their way then, unless the server is read-only.'),
  });

/** What is answered in place of figures that were never computed, and to a wish for newer ones. */
export const askedResponse = z
  .object({ taskId: z.string().describe('The task that computes the figures.') })
  .meta({ id: 'FiguresAsked' });
