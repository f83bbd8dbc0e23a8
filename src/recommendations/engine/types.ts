/**
 * What the engine reads and gives. A snapshot holds what all users' recommendations are made of, as columns: a row is a position in
 * them. Rows are in ascending order of their ids, which are those of the database; so are equal answers the same every time.
 */

export const kinds = ['jobs', 'courses', 'mentors', 'skills', 'connections'] as const;
export type Kind = (typeof kinds)[number];

/** From the first to the last step; a snapshot has their positions here. */
export const levels = ['entry', 'junior', 'mid', 'senior', 'lead'] as const;
export type Level = (typeof levels)[number];

/** In a column of levels: not known. */
export const unknownLevel = -1;

/** The skills of each row of a table: those of row `i` are at `starts[i]` up to, not including, `starts[i + 1]`. */
export interface SkillLists {
  /** One more than there are rows; the last is the length of the others. */
  starts: Uint32Array;
  /** Rows of `Snapshot.skills`. */
  skills: Uint32Array;
  /** How much each counts, above 0. */
  weights: Float32Array;
}

export interface Snapshot {
  skills: SkillTable;
  jobs: JobTable;
  courses: CourseTable;
  mentors: MentorTable;
  people: PersonTable;
}

/** Every skill that another table names. */
export interface SkillTable {
  ids: Float64Array;
  names: string[];
  categories: string[];
}

/** The open jobs. */
export interface JobTable {
  ids: Float64Array;
  titles: string[];
  companies: string[];
  locations: string[];
  /** 1 for remote. */
  remote: Uint8Array;
  levels: Int8Array;
  /** Milliseconds since 1970. */
  postedAt: Float64Array;
  /** Milliseconds since 1970; Infinity for a job without an end. */
  expiresAt: Float64Array;
  /** How many people have applied. */
  applications: Uint32Array;
  /** The weights of `job_skills`. */
  skills: SkillLists;
  /** For each entry of `skills`: 1 when the job requires it, 0 when it is welcome. */
  required: Uint8Array;
}

export interface CourseTable {
  ids: Float64Array;
  titles: string[];
  providers: string[];
  levels: Int8Array;
  /** The mean of what people gave, from 1 to 5; NaN for none. */
  ratings: Float32Array;
  /** How many people gave one. */
  ratingCounts: Uint32Array;
  /** How many people have enrolled. */
  enrollments: Uint32Array;
  /** What it teaches; the weights are 1. */
  skills: SkillLists;
}

/** The mentors who accept mentees. */
export interface MentorTable {
  /** User ids. */
  ids: Float64Array;
  names: string[];
  /** '' for none. */
  headlines: string[];
  /** The user's level. */
  levels: Int8Array;
  /** From 1 to 5; NaN for none. */
  ratings: Float32Array;
  /** How many mentees more they have time for; nobody is sent to one with 0 or less. */
  free: Int32Array;
  /** What they help with; the weights are 1. */
  skills: SkillLists;
}

/** The active users. */
export interface PersonTable {
  /** User ids. */
  ids: Float64Array;
  names: string[];
  /** '' for none. */
  headlines: string[];
  /** '' for none. */
  locations: string[];
  /** How many accepted connections they have. */
  connections: Uint32Array;
  /** What they can do; the weights are proficiencies from 1 to 5. */
  skills: SkillLists;
}

/** What is known of the user that something is recommended to. All ids are those of the database; unknown ones are passed over. */
export interface UserFacts {
  userId: number;
  level: Level | null;
  location: string | null;
  /** `proficiency` from 1 to 5. */
  skills: { skillId: number; proficiency: number }[];
  /** Every job ever applied for. */
  appliedJobIds: number[];
  enrolledCourseIds: number[];
  /** The user ids of the present mentors. */
  mentorIds: number[];
  /** The user ids at the other end of each connection, whatever its status and whoever asked. */
  connectedIds: number[];
  /** What the user does not want to see again. */
  dismissed: Partial<Record<Kind, number[]>>;
}

/** How many items of which kinds are wanted. */
export type Limits = Partial<Record<Kind, number>>;

/** Something recommended, as it is stored. */
export interface Item {
  /** Of the job, course or skill; of the user for a mentor or a connection. */
  id: number;
  title: string;
  /** Company and place, provider, headline or category; '' for none. */
  subtitle: string;
  /** From 0 to 1. What is recommended because it is popular has 0. */
  score: number;
  /** Why, in words. */
  reason: string;
  /**
   * Names of skills that speak for it, the weightiest first, five at most: those that the job asks for and the user has, the gaps
   * that the course or the mentor closes, the held ones that the skill goes with, the shared ones.
   */
  matched: string[];
  /** Names of skills that a job asks for and the user lacks, the weightiest first, five at most; none for the other kinds. */
  missing: string[];
}

export type Recommendations = Partial<Record<Kind, Item[]>>;
