import { z } from 'zod';
import { level, line } from '../http/schemas.js';

/** An e-mail address, in small letters: its case is nobody's. */
export const email = z.email('must be an e-mail address').max(254, 'must have at most 254 characters').toLowerCase();

/** A password that someone chooses. */
export const newPassword = z.string().min(10, 'must have at least 10 characters').max(200, 'must have at most 200 characters');

export const name = line(100);

/** The name of a time zone. Offsets such as `+01:00` are none, though Intl takes them: PostgreSQL reads their sign the other way. */
export const timezone = z
  .string()
  .max(100, 'must have at most 100 characters')
  .refine(isTimeZone, 'must be an IANA time zone, such as "Europe/Berlin"');

function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

/** What the API tells of the user's own account. */
export const userResponse = z
  .object({
    id: z.number().int(),
    email: z.string(),
    username: z.string(),
    name: z.string(),
    headline: z.string().nullable(),
    location: z.string().nullable(),
    timezone: z.string(),
    level: level.nullable(),
    isStaff: z.boolean(),
    isPremium: z.boolean(),
    createdAt: z.date(),
  })
  .meta({ id: 'User' });

/** Guessing passwords is slow from one address; people who mistype are not kept waiting. */
export const strictly = { max: 10, timeWindow: '1 minute' };
