/** The rankings that are compared. Each gives, for a person and a kind, the rows it recommends, the best first. */
import { createIndex, kinds, recommend } from '#src/recommendations/engine/index.js';
import { levels, now } from './population.mjs';

/** Row 0 has id 1, and so on. */
const idOf = (row) => row + 1;
const rowOf = (id) => id - 1;

const barredRows = (person, row, kind) => {
  if (kind === 'skills') return new Set(person.skills.map(({ skill }) => skill));
  return new Set([...person.likes[kind].known, ...(kind === 'mentors' || kind === 'connections' ? [row] : [])]);
};

/** The engine. */
export function createEngine(population) {
  const index = createIndex(snapshotOf(population));
  return (person, row, limit) => {
    const limits = Object.fromEntries(kinds.map((kind) => [kind, limit]));
    const recommended = recommend(index, factsOf(person, row), limits, now);
    return Object.fromEntries(kinds.map((kind) => [kind, recommended[kind].map(({ id }) => rowOf(id))]));
  };
}

/** Ranks by a value of each row; what is barred for the engine is barred here too. */
function createRanking(population, createValue) {
  const tables = { ...population, connections: population.people };
  return (person, row, limit) => {
    const lists = kinds.map((kind) => {
      const barred = barredRows(person, row, kind);
      const value = createValue(kind, person);
      const ranked = tables[kind]
        .map((item, place) => ({ place, value: value(item, place) }))
        .filter(({ place }) => !barred.has(place) && tables[kind][place].free !== 0);
      ranked.sort((one, other) => other.value - one.value || other.place - one.place);
      return [kind, ranked.slice(0, limit).map(({ place }) => place)];
    });
    return Object.fromEntries(lists);
  };
}

/** What most people applied for, enrolled in or are connected with, the best rated mentors, the skills that most jobs ask for. */
export function createPopularity(population) {
  const demand = demandOf(population);
  const values = {
    jobs: ({ applications }) => applications,
    courses: ({ enrollments }) => enrollments,
    mentors: ({ rating }) => rating || 0,
    skills: (_, skill) => demand[skill],
    connections: ({ connections }) => connections,
  };
  return createRanking(population, (kind) => values[kind]);
}

/**
 * How many skills of the row the user has. For skills, how many of the jobs ask for it that ask for anything the user has; for courses,
 * the sum of these numbers over what it teaches and the user lacks.
 */
export function createCounting(population) {
  const { jobs } = population;
  const held = new WeakMap();
  const heldBy = (person) => {
    if (!held.has(person)) {
      const mine = new Set(person.skills.map(({ skill }) => skill));
      const near = jobs.filter(({ skills }) => skills.some(({ skill }) => mine.has(skill)));
      held.set(person, { mine, demand: demandOf({ skills: population.skills, jobs: near }) });
    }
    return held.get(person);
  };
  return createRanking(population, (kind, person) => {
    const { mine, demand } = heldBy(person);
    if (kind === 'skills') return (_, skill) => demand[skill];
    if (kind === 'courses') {
      return ({ skills }) => skills.reduce((sum, { skill }) => sum + (mine.has(skill) ? 0 : demand[skill]), 0);
    }
    return ({ skills }) => skills.filter(({ skill }) => mine.has(skill)).length;
  });
}

export const createChance = (population, random) => createRanking(population, () => () => random.next());

function demandOf({ skills, jobs }) {
  const demand = new Uint32Array(skills.length);
  for (const job of jobs) for (const { skill } of job.skills) demand[skill] += 1;
  return demand;
}

function factsOf(person, row) {
  const { likes } = person;
  const ids = (kind) => likes[kind].known.map(idOf);
  return {
    userId: idOf(row),
    level: person.shownLevel === null ? null : levels[person.shownLevel],
    location: person.location,
    skills: person.skills.map(({ skill, weight }) => ({ skillId: idOf(skill), proficiency: weight })),
    appliedJobIds: ids('jobs'),
    enrolledCourseIds: ids('courses'),
    mentorIds: ids('mentors'),
    connectedIds: ids('connections'),
    dismissed: {},
  };
}

function snapshotOf({ skills, jobs, courses, mentors, people }) {
  const ids = (rows) => Float64Array.from(rows, (_, row) => idOf(row));
  const table = (rows) => ({ ids: ids(rows), skills: listSkills(rows) });
  const levelsOf = (rows, field = 'level') => Int8Array.from(rows, (row) => row[field] ?? -1);
  const column = (rows, field) => rows.map((row) => row[field]);
  const names = (rows) => rows.map((_, row) => `Number ${idOf(row)}`);
  return {
    skills: { ids: ids(skills), names: column(skills, 'name'), categories: column(skills, 'category') },
    jobs: {
      ...table(jobs),
      titles: names(jobs),
      companies: column(jobs, 'company'),
      locations: column(jobs, 'location'),
      remote: Uint8Array.from(jobs, ({ remote }) => Number(remote)),
      levels: levelsOf(jobs),
      postedAt: Float64Array.from(column(jobs, 'postedAt')),
      expiresAt: new Float64Array(jobs.length).fill(Number.POSITIVE_INFINITY),
      applications: Uint32Array.from(column(jobs, 'applications')),
      required: Uint8Array.from(jobs.flatMap((job) => job.skills.map(({ required }) => Number(required)))),
    },
    courses: {
      ...table(courses),
      titles: names(courses),
      providers: names(courses),
      levels: levelsOf(courses),
      ratings: Float32Array.from(column(courses, 'rating')),
      ratingCounts: Uint32Array.from(column(courses, 'ratingCount')),
      enrollments: Uint32Array.from(column(courses, 'enrollments')),
    },
    mentors: {
      ...table(mentors),
      names: names(mentors),
      headlines: mentors.map(() => ''),
      levels: levelsOf(mentors),
      ratings: Float32Array.from(column(mentors, 'rating')),
      free: Int32Array.from(column(mentors, 'free')),
    },
    people: {
      ...table(people),
      names: names(people),
      headlines: people.map(() => ''),
      locations: column(people, 'location'),
      connections: Uint32Array.from(column(people, 'connections')),
    },
  };
}

function listSkills(rows) {
  const entries = rows.flatMap(({ skills }) => skills);
  let end = 0;
  return {
    starts: Uint32Array.from([0, ...rows.map(({ skills }) => (end += skills.length))]),
    skills: Uint32Array.from(entries, ({ skill }) => skill),
    weights: Float32Array.from(entries, ({ weight }) => weight),
  };
}
