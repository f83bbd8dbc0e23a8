import type { Insertable, Transaction } from 'kysely';
import { coded } from '../../errors.js';
import type { Level } from '../schema/columns.js';
import type { Database } from '../schema.js';
import type { Profession } from './data/professions.js';
import type { Random } from './random.js';

export interface Skill {
  id: number;
  name: string;
}

/** A demo user. Everything they do lies between `signedUpAt` and `activeUntil`. */
export interface Person {
  id: number;
  name: string;
  profession: Profession;
  level: Level;
  signedUpAt: Date;
  activeUntil: Date;
  skills: Skill[];
}

/** What the parts of the demo data share while they are made. */
export interface World {
  transaction: Transaction<Database>;
  random: Random;
  now: Date;
  /** The skills of these names, in their order. */
  skillsNamed(names: readonly string[]): Skill[];
  people: Person[];
  /** What follows from the rest, saved at the end. */
  activity: (Insertable<Database['activity_events']> & { occurred_at: Date })[];
  notifications: (Insertable<Database['notifications']> & { created_at: Date })[];
  points: (Insertable<Database['points_ledger']> & { created_at: Date })[];
}

const day = 86_400_000;

export const daysAfter = (time: Date, days: number): Date => new Date(time.getTime() + days * day);
export const earliest = (...times: Date[]): Date => new Date(Math.min(...times.map(Number)));
export const byTime = (one: { created_at: Date }, other: { created_at: Date }): number => +one.created_at - +other.created_at;
export const latest = (...times: Date[]): Date => new Date(Math.max(...times.map(Number)));

/** A time at which the person could do something: not before `after`, nor after `before`. Undefined when there is none. */
export function momentOf({ random, now }: World, person: Person, after: Date, before: Date = now): Date | undefined {
  const from = latest(person.signedUpAt, after);
  const to = earliest(person.activeUntil, before);
  return from < to ? random.moment(from, to) : undefined;
}

export function recordActivity(world: World, person: Person, kind: string, occurred_at: Date, subject_id: number | null): void {
  world.activity.push({ user_id: person.id, kind, subject_id, occurred_at });
}

/** Tells `person` of something; most of what they were told while they were around has been read. */
export function notify(
  world: World,
  person: Person,
  created_at: Date,
  told: { type: string; title: string; message: string; related_user_id: number | null; unique_key: string },
): void {
  const read_at = (world.random.chance(0.8) && momentOf(world, person, created_at)) || null;
  world.notifications.push({ ...told, user_id: person.id, created_at, read_at });
}

/** Finds skills by name. Throws COMMAND_FAILED for one that the table lacks. */
export async function loadSkills(transaction: Transaction<Database>): Promise<World['skillsNamed']> {
  const skills = await transaction.selectFrom('skills').select(['id', 'name']).execute();
  const byName = new Map<string, Skill>(skills.map((skill) => [skill.name, skill]));
  return (names) =>
    names.map((name) => {
      const skill = byName.get(name);
      if (!skill) throw coded('COMMAND_FAILED', { reason: `The skill "${name}" is missing. Run "journeyman migrate" first.` });
      return skill;
    });
}
