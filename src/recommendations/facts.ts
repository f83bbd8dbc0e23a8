import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';
import type { Kind, UserFacts } from './engine/index.js';

/** What a row of `findTies` is about; for a dismissal it is the kind. */
type Tie = 'applied' | 'enrolled' | 'mentor' | 'connected' | Kind;

/** What recommendations to these users go by; users who are gone or not active are left out. In the order of their ids. */
export async function loadFacts(db: Kysely<Database>, userIds: number[]): Promise<UserFacts[]> {
  const ids = sql`ANY(${userIds}::bigint[])`;
  const users = await db
    .selectFrom('users')
    .select(['id', 'level', 'location'])
    .where(sql<boolean>`id = ${ids} AND is_active`)
    .orderBy('id')
    .execute();
  const facts = new Map<number, UserFacts>();
  for (const { id: userId, level, location } of users) {
    const none = { appliedJobIds: [], enrolledCourseIds: [], mentorIds: [], connectedIds: [], dismissed: {} };
    facts.set(userId, { userId, level, location, skills: [], ...none });
  }

  const held = await db
    .selectFrom('user_skills')
    .select(['user_id as userId', 'skill_id as skillId', 'proficiency'])
    .where(sql<boolean>`user_id = ${ids}`)
    .orderBy('user_id')
    .orderBy('skill_id')
    .execute();
  for (const { userId, ...skill } of held) facts.get(userId)?.skills.push(skill);

  for (const { userId, tie, id } of await findTies(db, userIds)) {
    const user = facts.get(userId);
    if (user) listOf(user, tie).push(id);
  }
  return [...facts.values()];
}

function listOf(user: UserFacts, tie: Tie): number[] {
  if (tie === 'applied') return user.appliedJobIds;
  if (tie === 'enrolled') return user.enrolledCourseIds;
  if (tie === 'mentor') return user.mentorIds;
  if (tie === 'connected') return user.connectedIds;
  const dismissed = user.dismissed[tie] ?? [];
  user.dismissed[tie] = dismissed;
  return dismissed;
}

/** What these users already have to do with, or do not want to see again. A mentor is present from the request on. */
async function findTies(db: Kysely<Database>, userIds: number[]) {
  const ids = sql`ANY(${userIds}::bigint[])`;
  const { rows } = await sql<{ userId: number; tie: Tie; id: number }>`
    SELECT user_id AS "userId", 'applied' AS tie, job_id AS id FROM job_applications WHERE user_id = ${ids}
    UNION ALL
    SELECT user_id, 'enrolled', course_id FROM enrollments WHERE user_id = ${ids}
    UNION ALL
    SELECT mentee_id, 'mentor', mentor_id FROM mentor_sessions WHERE mentee_id = ${ids} AND status IN ('requested', 'accepted')
    UNION ALL
    SELECT requester_id, 'connected', addressee_id FROM connections WHERE requester_id = ${ids}
    UNION ALL
    SELECT addressee_id, 'connected', requester_id FROM connections WHERE addressee_id = ${ids}
    UNION ALL
    SELECT user_id, kind, item_id FROM recommendation_dismissals WHERE user_id = ${ids}
  `.execute(db);
  return rows;
}
