import type { Insertable } from 'kysely';
import type { Level } from '../schema/columns.js';
import type { Database } from '../schema.js';
import { companies } from './data/companies.js';
import { firstNames, lastNames } from './data/names.js';
import { places } from './data/places.js';
import { type Profession, professions, titleAt } from './data/professions.js';
import { insertAll, insertWithIds } from './insert.js';
import type { Random } from './random.js';
import { daysAfter, latest, type Person, recordActivity, type Skill, type World } from './world.js';

type Draft = Omit<Person, 'id'>;

const userCount = 200;
/** Mails to this domain go nowhere, and its users are how the demo data is known again. */
export const demoDomain = 'demo.example.com';

const levels: Record<Level, number> = { entry: 3, junior: 5, mid: 6, senior: 4, lead: 2 };
const experience: Record<Level, { proficiency: number; years: [number, number] }> = {
  entry: { proficiency: 1, years: [0, 1] },
  junior: { proficiency: 2, years: [1, 3] },
  mid: { proficiency: 3, years: [3, 7] },
  senior: { proficiency: 4, years: [7, 14] },
  lead: { proficiency: 5, years: [10, 20] },
};

/** Users over the last twelve months, more and more of them, with their skills and logins. The first one is staff. */
export async function seedPeople(world: World, passwordHash: string): Promise<void> {
  const { transaction, random } = world;
  const drafts = Array.from({ length: userCount }, (_, index) => draftPerson(world, index)).sort(bySignUp);
  const users = await insertWithIds(
    transaction,
    'users',
    drafts.map((draft, index) => userRow(random, draft, index, passwordHash)),
  );
  world.people = drafts.map((draft, index) => ({ ...draft, id: users[index]!.id }));
  await insertAll(
    transaction,
    'user_skills',
    world.people.flatMap((person) => person.skills.map((skill) => userSkillRow(random, person, skill))),
  );
  for (const person of world.people) {
    recordLogins(world, person);
    world.points.push({ user_id: person.id, points: 50, source: 'demo:profile', created_at: person.signedUpAt });
  }
}

const bySignUp = (one: Draft, other: Draft) => one.signedUpAt.getTime() - other.signedUpAt.getTime();

function draftPerson({ random, now, skillsNamed }: World, index: number): Draft {
  const profession = professions[index % professions.length]!;
  const signedUpAt = daysAfter(now, -365 * random.next() ** 1.5);
  const monthAgo = daysAfter(now, -31);
  const hasLeft = signedUpAt < monthAgo && random.chance(0.2);
  return {
    name: `${firstNames[index % firstNames.length]} ${lastNames[index % lastNames.length]}`,
    profession,
    level: random.weighted(levels),
    signedUpAt,
    activeUntil: hasLeft ? random.moment(signedUpAt, monthAgo) : random.moment(latest(signedUpAt, daysAfter(now, -9)), now),
    skills: skillsNamed(skillNames(random, profession)),
  };
}

const skillNames = (random: Random, { core, extra }: Profession) => [
  ...random.sample(core, random.int(Math.min(3, core.length), core.length)),
  ...random.sample(extra, random.int(1, 5)),
];

function userRow(
  random: Random,
  { name, profession, level, signedUpAt, activeUntil }: Draft,
  index: number,
  password_hash: string,
): Insertable<Database['users']> {
  const username = name.toLowerCase().replace(' ', '.');
  const { city, timezone } = random.pick(places);
  return {
    email: `${username}@${demoDomain}`,
    username,
    name,
    password_hash,
    is_active: random.chance(0.98),
    is_staff: index === 0,
    is_premium: random.chance(0.2),
    headline: `${titleAt(profession, level)} at ${random.pick(companies)}`,
    location: city,
    timezone,
    level,
    last_seen_at: activeUntil,
    created_at: signedUpAt,
    updated_at: signedUpAt,
  };
}

function userSkillRow(random: Random, { id, level, signedUpAt }: Person, skill: Skill): Insertable<Database['user_skills']> {
  const { proficiency, years } = experience[level];
  return {
    user_id: id,
    skill_id: skill.id,
    proficiency: Math.min(5, Math.max(1, proficiency + random.int(-1, 1))),
    years: random.int(...years),
    source: 'manual',
    confidence: null,
    created_at: signedUpAt,
    updated_at: signedUpAt,
  };
}

/** Some come every other day, some every other week; all were last seen when they logged in last. */
function recordLogins(world: World, person: Person): void {
  const gap = world.random.int(2, 16);
  for (let from = person.signedUpAt; from < person.activeUntil; from = daysAfter(from, gap)) {
    const until = daysAfter(from, gap);
    if (until < person.activeUntil) recordActivity(world, person, 'login', world.random.moment(from, until), null);
  }
  recordActivity(world, person, 'login', person.activeUntil, null);
}
