import { type Kysely, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { Level } from '../db/schema/columns.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import type { Enrollment } from './enrollments.js';

interface Course {
  id: number;
  title: string;
  provider: string;
  level: Level;
  durationHours: number;
  skills: { id: number; name: string }[];
  /** The user's own; null when there is none. */
  enrollment: Enrollment | null;
}

interface CourseDetails extends Course {
  description: string;
  modules: string[];
  /** The mean of all ratings, 1 to 5. */
  rating: number | null;
  /** How many users are enrolled, those who completed the course among them. */
  enrollments: number;
}

export interface CourseFilter {
  level?: Level | undefined;
  /** Courses that teach this skill. */
  skillId?: number | undefined;
  /** Courses with this in their title, provider or description, whatever its case. */
  text?: string | undefined;
  /** Only courses in which the user is enrolled, or only the others. */
  enrolled?: boolean | undefined;
}

/** Every course, beside the user's own enrolment. */
const coursesFor = (db: Kysely<Database>, userId: number) =>
  db
    .selectFrom('courses')
    .leftJoin('enrollments as own', (join) => join.onRef('own.course_id', '=', 'courses.id').on('own.user_id', '=', userId));

const describe = (courses: ReturnType<typeof coursesFor>) =>
  courses.select((course) => [
    'courses.id',
    'courses.title',
    'courses.provider',
    'courses.level',
    'courses.duration_hours as durationHours',
    jsonArrayFrom(
      course
        .selectFrom('course_skills')
        .innerJoin('skills', 'skills.id', 'course_skills.skill_id')
        .select(['skills.id', 'skills.name'])
        .whereRef('course_skills.course_id', '=', 'courses.id')
        .orderBy('skills.name'),
    ).as('skills'),
    'own.progress',
    'own.rating as ownRating',
    'own.created_at as enrolledAt',
    'own.completed_at as completedAt',
  ]);

type Flat<C extends Course> = Omit<C, 'enrollment'> & {
  progress: number | null;
  ownRating: number | null;
  enrolledAt: Date | null;
  completedAt: Date | null;
};

const present = <C extends Course>({ progress, ownRating, enrolledAt, completedAt, ...course }: Flat<C>) => ({
  ...course,
  enrollment: progress === null || enrolledAt === null ? null : { progress, rating: ownRating, enrolledAt, completedAt },
});

/** One page of the courses, newest first. Pages count from 1. */
export async function listCourses(
  db: Kysely<Database>,
  userId: number,
  { page, pageSize, level, skillId, text, enrolled }: CourseFilter & { page: number; pageSize: number },
): Promise<{ items: Course[]; total: number }> {
  const found = coursesFor(db, userId)
    .$if(level !== undefined, (courses) => courses.where('courses.level', '=', level!))
    .$if(enrolled !== undefined, (courses) => courses.where('own.user_id', enrolled ? 'is not' : 'is', null))
    .$if(skillId !== undefined, (courses) =>
      courses.where('courses.id', 'in', (query) =>
        query.selectFrom('course_skills').select('course_id').where('skill_id', '=', skillId!),
      ),
    )
    .$if(text !== undefined, (courses) =>
      courses.where(
        sql<string>`concat_ws(E'\\n', courses.title, courses.provider, courses.description)`,
        'ilike',
        `%${text!.replace(/[\\%_]/g, '\\$&')}%`,
      ),
    );
  const [rows, { total }] = await Promise.all([
    describe(found)
      .orderBy('courses.created_at', 'desc')
      .orderBy('courses.id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map((row) => present<Course>(row)), total };
}

/** A course with all that is known of it; throws COURSE_NOT_FOUND. */
export async function getCourse(db: Kysely<Database>, userId: number, courseId: number): Promise<CourseDetails> {
  const row = await describe(coursesFor(db, userId))
    .select((course) => {
      const enrollments = course.selectFrom('enrollments').whereRef('enrollments.course_id', '=', 'courses.id');
      return [
        'courses.description',
        'courses.modules',
        enrollments.select(sql<number | null>`round(avg(enrollments.rating), 2)::float8`.as('mean')).as('rating'),
        enrollments
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .$asScalar()
          .$notNull()
          .as('enrollments'),
      ];
    })
    .where('courses.id', '=', courseId)
    .executeTakeFirst();
  if (!row) throw coded('COURSE_NOT_FOUND', { courseId });
  return present<CourseDetails>(row);
}
