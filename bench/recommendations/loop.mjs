/**
 * How such recommendations are often written with an object-relational mapper: for each user a loop over jobs, courses, mentors and
 * people, with one query for the skills of each, and a count of the skills in common.
 */

/** How many rows of each table the loop looks at, the newest; so many that it asks about as often as such code was seen to: 1,250 times. */
const looked = { jobs: 500, courses: 250, mentors: 250, users: 245 };

const sources = [
  {
    kind: 'jobs',
    rows: "SELECT id, title FROM jobs WHERE status = 'open' ORDER BY id DESC LIMIT $1",
    limit: looked.jobs,
    skills: 'SELECT skill_id FROM job_skills WHERE job_id = $1',
    size: 10,
  },
  {
    kind: 'courses',
    rows: 'SELECT id, title FROM courses ORDER BY id DESC LIMIT $1',
    limit: looked.courses,
    skills: 'SELECT skill_id FROM course_skills WHERE course_id = $1',
    size: 10,
  },
  {
    kind: 'mentors',
    rows: 'SELECT user_id AS id, bio AS title FROM mentors ORDER BY user_id DESC LIMIT $1',
    limit: looked.mentors,
    skills: 'SELECT skill_id FROM mentor_skills WHERE mentor_id = $1',
    size: 5,
  },
  {
    kind: 'connections',
    rows: 'SELECT id, name AS title FROM users ORDER BY id DESC LIMIT $1',
    limit: looked.users,
    skills: 'SELECT skill_id FROM user_skills WHERE user_id = $1',
    size: 5,
  },
];

/** Recommends to these users, one after another on one connection. Returns how many queries that took. */
export async function recommendInLoop(client, userIds) {
  let queries = 0;
  const ask = async (text, values) => {
    queries += 1;
    return (await client.query(text, values)).rows;
  };
  for (const userId of userIds) {
    const rows = await ask('SELECT skill_id FROM user_skills WHERE user_id = $1', [userId]);
    const held = new Set(rows.map(({ skill_id }) => skill_id));
    const wanted = new Map();
    for (const { kind, rows, limit, skills, size } of sources) {
      const ranked = [];
      for (const { id, title } of await ask(rows, [limit])) {
        const found = await ask(skills, [id]);
        const matching = found.filter(({ skill_id }) => held.has(skill_id)).length;
        ranked.push({ id, title, score: matching });
        if (kind === 'jobs') for (const { skill_id } of found) wanted.set(skill_id, (wanted.get(skill_id) ?? 0) + 1);
      }
      ranked.sort((one, other) => other.score - one.score);
      await store(ask, userId, kind, ranked.slice(0, size));
    }
    const skills = [...wanted].filter(([skill]) => !held.has(skill)).sort(([, one], [, other]) => other - one);
    await store(
      ask,
      userId,
      'skills',
      skills.slice(0, 5).map(([id, score]) => ({ id, score })),
    );
  }
  return queries;
}

const store = (ask, userId, kind, items) =>
  ask(
    `INSERT INTO recommendations (user_id, kind, items, computed_at, expires_at) VALUES ($1, $2, $3, now(), now() + interval '1 day')
     ON CONFLICT (user_id, kind) DO UPDATE SET items = excluded.items, computed_at = excluded.computed_at`,
    [userId, kind, JSON.stringify(items)],
  );
