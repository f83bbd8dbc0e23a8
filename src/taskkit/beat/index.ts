export { type BeatOptions, startBeat } from './beat.js';
export { type Crontab, type CrontabFields, crontab } from './crontab.js';
export { describeTiming } from './describe.js';
export { type Entry, findEntry, resolveSchedule, type Schedule, type ScheduleEntry } from './entries.js';
export { readScheduleFile } from './schedule-file.js';
export type { BeatSession, BeatStore, EntryState } from './store.js';
export { pauseEntry, resumeEntry, runEntry } from './tick.js';
