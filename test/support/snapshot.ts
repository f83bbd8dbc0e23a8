import { levels, type SkillLists, type Snapshot, type UserFacts, unknownLevel } from '#src/recommendations/engine/index.js';

type Level = (typeof levels)[number];
/** Skill id to weight. */
type Skills = Record<number, number>;

export interface Platform {
  /** Names; the first has the id 1, and so on. So are the rows of each table numbered unless they say otherwise. */
  skills: string[];
  jobs?: {
    title?: string;
    company?: string;
    location?: string;
    remote?: boolean;
    level?: Level;
    posted?: Date;
    expires?: Date;
    applications?: number;
    asks: Skills;
    /** The ids of skills that are not required. */
    welcome?: number[];
  }[];
  courses?: { title?: string; level?: Level; rating?: number; ratings?: number; enrollments?: number; teaches: number[] }[];
  mentors?: { id?: number; name?: string; level?: Level; rating?: number; free?: number; knows: number[] }[];
  people?: { id?: number; name?: string; location?: string; connections?: number; can: Skills }[];
}

export const now = new Date('2026-03-01T12:00:00Z');

/** A snapshot of a platform that tests can read. */
export function snapshotOf({ skills, jobs = [], courses = [], mentors = [], people = [] }: Platform): Snapshot {
  const ids = (rows: { id?: number }[]) => Float64Array.from(rows, ({ id }, row) => id ?? row + 1);
  const levelsOf = (rows: { level?: Level }[]) =>
    Int8Array.from(rows, ({ level }) => (level === undefined ? unknownLevel : levels.indexOf(level)));
  const each = (skillIds: number[]) => Object.fromEntries(skillIds.map((id) => [id, 1]));
  return {
    skills: {
      ids: Float64Array.from(skills, (_, row) => row + 1),
      names: skills,
      categories: skills.map(() => 'Testing'),
    },
    jobs: {
      ids: ids(jobs.map(() => ({}))),
      titles: jobs.map(({ title }, row) => title ?? `Job ${row + 1}`),
      companies: jobs.map(({ company }, row) => company ?? `Company ${row + 1}`),
      locations: jobs.map(({ location }) => location ?? 'Leeds'),
      remote: Uint8Array.from(jobs, ({ remote }) => Number(remote ?? false)),
      levels: levelsOf(jobs),
      postedAt: Float64Array.from(jobs, ({ posted }) => (posted ?? now).getTime()),
      expiresAt: Float64Array.from(jobs, ({ expires }) => expires?.getTime() ?? Number.POSITIVE_INFINITY),
      applications: Uint32Array.from(jobs, ({ applications }) => applications ?? 0),
      skills: listsOf(jobs.map(({ asks }) => asks)),
      required: Uint8Array.from(
        jobs.flatMap(({ asks, welcome }) => Object.keys(asks).map((id) => Number(!welcome?.includes(Number(id))))),
      ),
    },
    courses: {
      ids: ids(courses.map(() => ({}))),
      titles: courses.map(({ title }, row) => title ?? `Course ${row + 1}`),
      providers: courses.map(() => 'School'),
      levels: levelsOf(courses),
      ratings: Float32Array.from(courses, ({ rating }) => rating ?? Number.NaN),
      ratingCounts: Uint32Array.from(courses, ({ ratings }) => ratings ?? 0),
      enrollments: Uint32Array.from(courses, ({ enrollments }) => enrollments ?? 0),
      skills: listsOf(courses.map(({ teaches }) => each(teaches))),
    },
    mentors: {
      ids: ids(mentors),
      names: mentors.map(({ name }, row) => name ?? `Mentor ${row + 1}`),
      headlines: mentors.map(() => ''),
      levels: levelsOf(mentors),
      ratings: Float32Array.from(mentors, ({ rating }) => rating ?? Number.NaN),
      free: Int32Array.from(mentors, ({ free }) => free ?? 1),
      skills: listsOf(mentors.map(({ knows }) => each(knows))),
    },
    people: {
      ids: ids(people),
      names: people.map(({ name }, row) => name ?? `Person ${row + 1}`),
      headlines: people.map(() => ''),
      locations: people.map(({ location }) => location ?? ''),
      connections: Uint32Array.from(people, ({ connections }) => connections ?? 0),
      skills: listsOf(people.map(({ can }) => can)),
    },
  };
}

function listsOf(rows: Skills[]): SkillLists {
  const entries = rows.flatMap((skills) => Object.entries(skills));
  const ends = rows.map((_, row) => rows.slice(0, row + 1).reduce((sum, skills) => sum + Object.keys(skills).length, 0));
  return {
    starts: Uint32Array.from([0, ...ends]),
    skills: Uint32Array.from(entries, ([id]) => Number(id) - 1),
    weights: Float32Array.from(entries, ([, weight]) => weight),
  };
}

/** A user with these skills: id to proficiency. */
export function userWith(held: Skills, facts: Partial<UserFacts> = {}): UserFacts {
  return {
    userId: 1000,
    level: null,
    location: null,
    skills: Object.entries(held).map(([id, proficiency]) => ({ skillId: Number(id), proficiency })),
    appliedJobIds: [],
    enrolledCourseIds: [],
    mentorIds: [],
    connectedIds: [],
    dismissed: {},
    ...facts,
  };
}
