import type { Insertable } from 'kysely';
import type { Level } from '../schema/columns.js';
import type { Database } from '../schema.js';
import { companies } from './data/companies.js';
import { places } from './data/places.js';
import { type Profession, professions, titleAt } from './data/professions.js';
import { insertAll, insertWithIds } from './insert.js';
import type { Random } from './random.js';
import { daysAfter, momentOf, type Person, recordActivity, type World } from './world.js';

const jobCount = 100;

type JobRow = Insertable<Database['jobs']> & { posted_at: Date; expires_at: Date };
interface Job {
  id: number;
  profession: Profession;
  posted_at: Date;
  expires_at: Date;
}

/** Jobs of the last four months, most of them open, and who applied. */
export async function seedJobs(world: World): Promise<void> {
  const jobs = await seedOpenings(world);
  await seedApplications(world, jobs);
}

async function seedOpenings(world: World): Promise<Job[]> {
  const { transaction, random, skillsNamed } = world;
  const professionOf = (index: number) => professions[index % professions.length]!;
  const rows = Array.from({ length: jobCount }, (_, index) => jobRow(world, professionOf(index)));
  const jobs = (await insertWithIds(transaction, 'jobs', rows)).map(({ id, posted_at, expires_at }, index) => ({
    id,
    profession: professionOf(index),
    posted_at,
    expires_at,
  }));
  const skills = jobs.flatMap(({ id, profession: { core, extra } }) => [
    ...skillsNamed(core).map((skill) => ({ job_id: id, skill_id: skill.id, weight: random.int(3, 5), required: true })),
    ...skillsNamed(random.sample(extra, random.int(2, 4))).map((skill) => ({
      job_id: id,
      skill_id: skill.id,
      weight: random.int(1, 2),
      required: false,
    })),
  ]);
  await insertAll(transaction, 'job_skills', skills);
  return jobs;
}

const levels: Record<Level, number> = { entry: 2, junior: 4, mid: 6, senior: 5, lead: 2 };
const payFactors: Record<Level, number> = { entry: 0.6, junior: 0.75, mid: 1, senior: 1.3, lead: 1.55 };

function jobRow({ random, now }: World, profession: Profession): JobRow {
  const level = random.weighted(levels);
  const title = titleAt(profession, level);
  const company = random.pick(companies);
  const place = random.pick(places);
  const posted_at = random.chance(0.8)
    ? random.moment(daysAfter(now, -45), now)
    : random.moment(daysAfter(now, -120), daysAfter(now, -45));
  const expires_at = daysAfter(posted_at, 60);
  return {
    title,
    company,
    description:
      `${company} is looking for a ${title} who ${profession.work}. ` +
      `You will work with ${profession.core.slice(0, 3).join(', ')} in a team that plans its own work.`,
    location: place.city,
    remote: random.chance(0.35),
    level,
    type: random.weighted({ full_time: 12, part_time: 2, contract: 3, temporary: 1, internship: level === 'entry' ? 12 : 0 }),
    ...pay(random, profession.pay * payFactors[level] * place.payFactor, place.currency),
    status: expires_at < now || random.chance(0.08) ? 'closed' : 'open',
    posted_at,
    expires_at,
    updated_at: posted_at,
  };
}

function pay(random: Random, expected: number, currency: string) {
  if (random.chance(0.15)) return { salary_min: null, salary_max: null, currency: null };
  const rounded = (factor: number) => Math.round((expected * factor) / 1000) * 1000;
  return { salary_min: rounded(0.9), salary_max: rounded(1.12), currency };
}

async function seedApplications(world: World, jobs: Job[]): Promise<void> {
  const applications = world.people.flatMap((person) =>
    wishes(world.random, person, jobs).flatMap((job) => {
      const created_at = momentOf(world, person, job.posted_at, job.expires_at);
      return created_at ? [{ user_id: person.id, job_id: job.id, created_at, ...answer(world, created_at) }] : [];
    }),
  );
  const people = new Map(world.people.map((person) => [person.id, person]));
  for (const { id, user_id, created_at } of await insertWithIds(world.transaction, 'job_applications', applications)) {
    recordActivity(world, people.get(user_id)!, 'application', created_at, id);
  }
}

/** Half of the people are looking; they apply to what fits, and now and then to something else. */
function wishes(random: Random, { profession }: Person, jobs: Job[]): Job[] {
  if (random.chance(0.5)) return [];
  const fitting = jobs.filter((job) => job.profession === profession);
  const other = jobs.filter((job) => job.profession !== profession);
  return [...random.sample(fitting, random.int(1, fitting.length)), ...random.sample(other, random.int(0, 5))];
}

function answer({ random, now }: World, created_at: Date) {
  const answered_at = daysAfter(created_at, random.int(1, 20));
  const status = random.weighted({ reviewing: 4, rejected: 5, interview: 3, offered: 1, withdrawn: 1 });
  if (answered_at > now) {
    return { status: random.weighted({ submitted: 2, reviewing: 1 }), answered_at: null, updated_at: created_at };
  }
  const isAnswered = status !== 'reviewing' && status !== 'withdrawn';
  return { status, answered_at: isAnswered ? answered_at : null, updated_at: answered_at };
}
