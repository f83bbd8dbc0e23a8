import { z } from 'zod';

/** A row's id, as every task takes it. */
export const id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** A calendar day, YYYY-MM-DD. PostgreSQL knows no year 0. */
export const calendarDay = z.iso.date().refine((day) => !day.startsWith('0000'), 'must not be of the year 0');
