import { z } from 'zod';

const value = z.number().nullable().describe('Null when there is nothing to say, such as an average of no values.');

const figure = z
  .object({
    key: z.string(),
    label: z.string(),
    unit: z.enum(['count', 'share', 'rating']).describe('A share is from 0 to 1, a rating from 1 to 5.'),
    value,
    dayBefore: value,
    weekBefore: value.describe('Of the same weekday, a week before.'),
  })
  .meta({ id: 'ReportFigure' });

const taskFigures = z.object({
  runs: z.number().describe('Tasks that ended on that day, well or as failures.'),
  failures: z.number(),
});

const taskHealth = z
  .object({
    name: z.string(),
    ...taskFigures.shape,
    revoked: z.number(),
    retries: z.number(),
    failureRate: value.describe('Failures among the runs, from 0 to 1.'),
    averageRuntimeMs: value,
    longestRuntimeMs: value,
    dayBefore: taskFigures.nullable().describe('Null when the history does not reach so far back.'),
    weekBefore: taskFigures.nullable(),
  })
  .meta({ id: 'TaskHealth' });

/** A report on one day of the platform, as it is stored. */
export const dailyReport = z
  .object({
    date: z.iso.date(),
    timezone: z.string(),
    dayBefore: z.iso.date(),
    weekBefore: z.iso.date(),
    sections: z.array(z.object({ key: z.string(), label: z.string(), figures: z.array(figure) })),
    tasks: z.array(taskHealth).describe('By task, those with the most failures first.'),
    slowest: z.array(z.object({ id: z.string(), name: z.string(), runtimeMs: z.number() })).describe('At most 5 runs.'),
    changes: z
      .array(z.object({ key: z.string(), direction: z.enum(['up', 'down']), text: z.string() }))
      .describe('What is out of the ordinary, the most striking first.'),
  })
  .meta({ id: 'DailyReport' });

export type DailyReport = z.infer<typeof dailyReport>;
export type ReportFigure = z.infer<typeof figure>;
export type TaskHealth = z.infer<typeof taskHealth>;
export type Change = DailyReport['changes'][number];
