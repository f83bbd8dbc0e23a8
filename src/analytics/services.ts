import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';

/** What the tasks that compute figures need. */
export interface AnalyticsServices extends Omit<Moment, 'now'> {
  db: Kysely<Database>;
  clock: () => Date;
}

/** The moment that figures are of, and what they depend on beside the rows. */
export interface Moment {
  now: Date;
  /** The platform's time zone. */
  timezone: string;
  /** Those seen in so many days are active. */
  activeUserDays: number;
}
