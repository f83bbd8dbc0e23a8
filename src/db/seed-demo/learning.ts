import { courseProviders } from './data/companies.js';
import { courseTemplates } from './data/courses.js';
import { insertAll, insertWithIds } from './insert.js';
import { daysAfter, momentOf, type Person, recordActivity, type Skill, type World } from './world.js';

interface Course {
  id: number;
  skills: Skill[];
}

/** Courses, all older than the first user, and who took them. */
export async function seedLearning(world: World): Promise<void> {
  const courses = await seedCourses(world);
  await insertAll(
    world.transaction,
    'enrollments',
    world.people.flatMap((person) => enrol(world, person, courses)),
  );
}

async function seedCourses({ transaction, random, now, skillsNamed }: World): Promise<Course[]> {
  const rows = courseTemplates.map(({ title, level, hours, skills }) => {
    const created_at = daysAfter(now, -random.int(370, 700));
    return {
      title,
      provider: random.pick(courseProviders),
      description: `${hours} hours on ${skills.join(' and ')}, with exercises and a project of your own.`,
      level,
      duration_hours: hours,
      modules: ['Welcome', ...skills.flatMap((skill) => [`${skill} essentials`, `${skill} in practice`]), 'Final project'],
      created_at,
      updated_at: created_at,
    };
  });
  const inserted = await insertWithIds(transaction, 'courses', rows);
  const courses = inserted.map(({ id }, index) => ({ id, skills: skillsNamed(courseTemplates[index]!.skills) }));
  const links = courses.flatMap(({ id, skills }) => skills.map((skill) => ({ course_id: id, skill_id: skill.id })));
  await insertAll(transaction, 'course_skills', links);
  return courses;
}

/** People mostly take courses of their own field. */
function enrol(world: World, person: Person, courses: Course[]) {
  const { random } = world;
  const fieldIds = new Set(world.skillsNamed([...person.profession.core, ...person.profession.extra]).map(({ id }) => id));
  const ofField = courses.filter(({ skills }) => skills.some(({ id }) => fieldIds.has(id)));
  const chosen = new Set([...random.sample(ofField, random.int(0, 4)), ...(random.chance(0.2) ? [random.pick(courses)] : [])]);
  return [...chosen].flatMap((course) => {
    const created_at = momentOf(world, person, person.signedUpAt);
    if (!created_at) return [];
    recordActivity(world, person, 'enrollment', created_at, course.id);
    const completed_at = random.chance(0.55)
      ? momentOf(world, person, daysAfter(created_at, 7), daysAfter(created_at, 70))
      : undefined;
    if (completed_at) {
      recordActivity(world, person, 'course_completed', completed_at, course.id);
      world.points.push({ user_id: person.id, points: 20, source: `demo:course:${course.id}`, created_at: completed_at });
    }
    return [
      {
        user_id: person.id,
        course_id: course.id,
        progress: completed_at ? 100 : random.int(0, 95),
        rating: completed_at && random.chance(0.7) ? Number(random.weighted({ 2: 1, 3: 3, 4: 6, 5: 6 })) : null,
        created_at,
        completed_at: completed_at ?? null,
      },
    ];
  });
}
