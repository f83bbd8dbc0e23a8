import { type Kysely, sql, type Transaction } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';

export interface Mentor {
  /** The mentor's user id. */
  id: number;
  name: string;
  headline: string | null;
  location: string | null;
  bio: string;
  rating: number | null;
  acceptsMentees: boolean;
  capacity: number;
  /** Whether the mentor takes mentees and has room for one more. */
  available: boolean;
  skills: { id: number; name: string }[];
}

/** The mentors whose accounts are active. */
const activeMentors = (db: Kysely<Database>) =>
  db.selectFrom('mentors').innerJoin('users', 'users.id', 'mentors.user_id').where('users.is_active', '=', true);

const describe = (mentors: ReturnType<typeof activeMentors>) =>
  mentors.select((mentor) => [
    'users.id',
    'users.name',
    'users.headline',
    'users.location',
    'mentors.bio',
    'mentors.rating',
    'mentors.accepts_mentees as acceptsMentees',
    'mentors.capacity',
    mentor
      .and([
        mentor('mentors.accepts_mentees', '=', true),
        mentor('mentors.capacity', '>', (query) =>
          query
            .selectFrom('mentor_sessions')
            .select(({ fn }) => fn.countAll<number>().as('accepted'))
            .whereRef('mentor_sessions.mentor_id', '=', 'mentors.user_id')
            .where('mentor_sessions.status', '=', 'accepted'),
        ),
      ])
      .$castTo<boolean>()
      .as('available'),
    jsonArrayFrom(
      mentor
        .selectFrom('mentor_skills')
        .innerJoin('skills', 'skills.id', 'mentor_skills.skill_id')
        .select(['skills.id', 'skills.name'])
        .whereRef('mentor_skills.mentor_id', '=', 'mentors.user_id')
        .orderBy('skills.name'),
    ).as('skills'),
  ]);

/** One page of the mentors who take mentees, best rated first. Pages count from 1. */
export async function listMentors(
  db: Kysely<Database>,
  { page, pageSize, skillId }: { page: number; pageSize: number; skillId?: number | undefined },
): Promise<{ items: Mentor[]; total: number }> {
  const found = activeMentors(db)
    .where('mentors.accepts_mentees', '=', true)
    .$if(skillId !== undefined, (mentors) =>
      mentors.where('mentors.user_id', 'in', (query) =>
        query.selectFrom('mentor_skills').select('mentor_id').where('skill_id', '=', skillId!),
      ),
    );
  const [items, { total }] = await Promise.all([
    describe(found)
      .orderBy('mentors.rating', (order) => order.desc().nullsLast())
      .orderBy('mentors.user_id')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items, total };
}

/** The mentor with this user id; throws MENTOR_NOT_FOUND. */
export async function getMentor(db: Kysely<Database>, mentorId: number): Promise<Mentor> {
  const mentor = await describe(activeMentors(db)).where('mentors.user_id', '=', mentorId).executeTakeFirst();
  if (!mentor) throw coded('MENTOR_NOT_FOUND', { mentorId });
  return mentor;
}

export interface MentorProfile {
  bio: string;
  skillIds: number[];
  capacity: number;
  acceptsMentees: boolean;
}

/** Makes the user a mentor, or replaces what is known of them as one. Throws SKILL_NOT_FOUND for the first skill that is unknown. */
export async function saveMentor(db: Kysely<Database>, userId: number, profile: MentorProfile): Promise<Mentor> {
  return db.transaction().execute(async (transaction) => {
    const values = { bio: profile.bio, capacity: profile.capacity, accepts_mentees: profile.acceptsMentees };
    await transaction
      .insertInto('mentors')
      .values({ user_id: userId, ...values })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ ...values, updated_at: sql`now()` }))
      .execute();
    await replaceSkills(transaction, userId, [...new Set(profile.skillIds)]);
    await recordActivity(transaction, userId, 'mentor_profile_updated', null);
    return getMentor(transaction, userId);
  });
}

async function replaceSkills(transaction: Transaction<Database>, mentorId: number, skillIds: number[]): Promise<void> {
  const wanted = sql<number>`ANY(${skillIds}::bigint[])`;
  await transaction.deleteFrom('mentor_skills').where('mentor_id', '=', mentorId).execute();
  const inserted = await transaction
    .insertInto('mentor_skills')
    .columns(['mentor_id', 'skill_id'])
    .expression((query) =>
      query
        .selectFrom('skills')
        .select([sql<number>`${mentorId}::bigint`.as('mentor_id'), 'id'])
        .where('id', '=', wanted),
    )
    .returning('skill_id')
    .execute();
  const known = new Set(inserted.map(({ skill_id }) => skill_id));
  const unknown = skillIds.find((id) => !known.has(id));
  if (unknown !== undefined) throw coded('SKILL_NOT_FOUND', { skillId: unknown });
}

/**
 * What a mentor's capacity leaves, as of now and until the transaction ends: others who ask wait. Throws MENTOR_NOT_FOUND.
 * Negative when more sessions are accepted than the mentor has capacity for.
 */
export async function lockRoom(
  transaction: Transaction<Database>,
  mentorId: number,
): Promise<{ room: number; acceptsMentees: boolean }> {
  const mentor = await activeMentors(transaction)
    .select(['mentors.capacity', 'mentors.accepts_mentees'])
    .where('mentors.user_id', '=', mentorId)
    .forNoKeyUpdate('mentors')
    .executeTakeFirst();
  if (!mentor) throw coded('MENTOR_NOT_FOUND', { mentorId });
  const { accepted } = await transaction
    .selectFrom('mentor_sessions')
    .select(({ fn }) => fn.countAll<number>().as('accepted'))
    .where('mentor_id', '=', mentorId)
    .where('status', '=', 'accepted')
    .executeTakeFirstOrThrow();
  return { room: mentor.capacity - accepted, acceptsMentees: mentor.accepts_mentees };
}

/** Makes a mentor's rating the mean of their sessions' ratings again. */
export async function updateRating(transaction: Transaction<Database>, mentorId: number): Promise<void> {
  await lockRoom(transaction, mentorId);
  await transaction
    .updateTable('mentors')
    .set({
      rating: (query) =>
        query
          .selectFrom('mentor_sessions')
          .select(sql<number>`round(avg(rating), 2)::float8`.as('mean'))
          .where('mentor_id', '=', mentorId),
    })
    .where('user_id', '=', mentorId)
    .execute();
}
