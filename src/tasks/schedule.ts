import type { Schedule } from '../taskkit/index.js';

/** What the platform runs by the clock. Entries of the file CELERY_BEAT_SCHEDULE come on top, and replace one of the same name. */
export const schedule: Schedule = {};
