/** What is counted for a user; the SQL that counts each is in queries.ts. */
export type Metric =
  | 'posts'
  | 'resumes'
  | 'enrollments'
  | 'coursesCompleted'
  | 'endorsementsGiven'
  | 'applications'
  | 'sessionsMentored'
  | 'likesReceived'
  | 'skills'
  | 'points';

export type Metrics = Record<Exclude<Metric, 'points'>, number>;

/** An achievement and how it is earned: once `metric` has reached `threshold`. */
export interface Rule {
  key: string;
  name: string;
  description: string;
  /** What unlocking it adds to the user's points, never negative. */
  points: number;
  rarity: 'common' | 'rare' | 'epic' | 'legendary';
  metric: Metric;
  threshold: number;
}

/** A milestone marks points that were earned elsewhere, so it gives none itself. */
const milestone = (threshold: number, rarity: Rule['rarity']): Rule => ({
  key: `milestone_${threshold}`,
  name: `${threshold} Points`,
  description: `Earn ${threshold} points`,
  points: 0,
  rarity,
  metric: 'points',
  threshold,
});

/** Every achievement. A new one is one entry here, and one line of SQL when its metric is new. */
export const achievementDefinitions: readonly Rule[] = [
  {
    key: 'first_post',
    name: 'First Post',
    description: 'Publish your first post',
    points: 10,
    rarity: 'common',
    metric: 'posts',
    threshold: 1,
  },
  {
    key: 'first_resume',
    name: 'First Resume',
    description: 'Upload your first resume',
    points: 15,
    rarity: 'common',
    metric: 'resumes',
    threshold: 1,
  },
  {
    key: 'first_course',
    name: 'First Course',
    description: 'Enrol in your first course',
    points: 20,
    rarity: 'common',
    metric: 'enrollments',
    threshold: 1,
  },
  {
    key: 'course_completion',
    name: 'Course Completion',
    description: 'Complete a course',
    points: 50,
    rarity: 'rare',
    metric: 'coursesCompleted',
    threshold: 1,
  },
  {
    key: 'skill_endorser',
    name: 'Skill Endorser',
    description: 'Endorse 5 skills of other people',
    points: 25,
    rarity: 'rare',
    metric: 'endorsementsGiven',
    threshold: 5,
  },
  {
    key: 'job_seeker',
    name: 'Job Seeker',
    description: 'Apply for 10 jobs',
    points: 30,
    rarity: 'rare',
    metric: 'applications',
    threshold: 10,
  },
  {
    key: 'mentor',
    name: 'Mentor',
    description: 'Complete 5 sessions as a mentor',
    points: 100,
    rarity: 'epic',
    metric: 'sessionsMentored',
    threshold: 5,
  },
  {
    key: 'community_leader',
    name: 'Community Leader',
    description: 'Receive 100 likes',
    points: 75,
    rarity: 'epic',
    metric: 'likesReceived',
    threshold: 100,
  },
  {
    key: 'skill_master',
    name: 'Skill Master',
    description: 'Have 10 skills on your profile',
    points: 60,
    rarity: 'epic',
    metric: 'skills',
    threshold: 10,
  },
  {
    key: 'legend',
    name: 'Legend',
    description: 'Earn 1000 points',
    points: 250,
    rarity: 'legendary',
    metric: 'points',
    threshold: 1000,
  },
  milestone(100, 'common'),
  milestone(250, 'common'),
  milestone(500, 'rare'),
  milestone(1000, 'epic'),
  milestone(2500, 'legendary'),
];

/** The achievements that ask for nothing but points. */
export const pointRules = achievementDefinitions.filter(({ metric }) => metric === 'points');
