import type { Generated } from 'kysely';
import type { Id, Level } from './columns.js';

interface CourseTable {
  id: Id;
  title: string;
  provider: string;
  description: string;
  level: Level;
  duration_hours: number;
  /** The modules' titles, in order. */
  modules: Generated<string[]>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface CourseSkillTable {
  course_id: number;
  skill_id: number;
}

interface EnrollmentTable {
  user_id: number;
  course_id: number;
  /** Per cent; 100 exactly when `completed_at` is set. */
  progress: Generated<number>;
  /** 1 to 5. */
  rating: number | null;
  created_at: Generated<Date>;
  completed_at: Date | null;
}

interface JobTable {
  id: Id;
  title: string;
  company: string;
  description: string;
  location: string;
  remote: Generated<boolean>;
  level: Level;
  type: 'full_time' | 'part_time' | 'contract' | 'internship' | 'temporary';
  /** A year's pay, in `currency`. */
  salary_min: number | null;
  salary_max: number | null;
  /** ISO 4217; set when a salary is. */
  currency: string | null;
  status: Generated<'open' | 'closed'>;
  posted_at: Generated<Date>;
  expires_at: Date | null;
  updated_at: Generated<Date>;
}

interface JobSkillTable {
  job_id: number;
  skill_id: number;
  /** How much the skill counts among the job's skills; above 0. Default 1. */
  weight: Generated<number>;
  required: Generated<boolean>;
}

interface JobApplicationTable {
  id: Id;
  user_id: number;
  job_id: number;
  status: Generated<'submitted' | 'reviewing' | 'interview' | 'offered' | 'rejected' | 'withdrawn'>;
  created_at: Generated<Date>;
  /** When the company first answered. */
  answered_at: Date | null;
  updated_at: Generated<Date>;
}

interface MentorTable {
  user_id: number;
  bio: string;
  /** The mean of the sessions' ratings. */
  rating: number | null;
  accepts_mentees: Generated<boolean>;
  /** How many mentees at once. */
  capacity: Generated<number>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface MentorSkillTable {
  /** The mentor's `user_id`. */
  mentor_id: number;
  skill_id: number;
}

interface MentorSessionTable {
  id: Id;
  /** The mentor's `user_id`. */
  mentor_id: number;
  mentee_id: number;
  topic: string;
  status: Generated<'requested' | 'accepted' | 'declined' | 'completed' | 'cancelled'>;
  /** The time at which the mentee wishes to meet. */
  proposed_at: Date;
  /** Set exactly when `status` is completed. */
  completed_at: Date | null;
  /** What the mentee gave, 1 to 5. */
  rating: number | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface CareerTables {
  courses: CourseTable;
  course_skills: CourseSkillTable;
  enrollments: EnrollmentTable;
  jobs: JobTable;
  job_skills: JobSkillTable;
  job_applications: JobApplicationTable;
  mentors: MentorTable;
  mentor_skills: MentorSkillTable;
  mentor_sessions: MentorSessionTable;
}
