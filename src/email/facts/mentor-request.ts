import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.js';
import { coded } from '../../errors.js';

/** A session that a mentee asked this mentor for, with the mentor's time zone. Throws SESSION_NOT_FOUND. */
export async function findMentorRequest(db: Kysely<Database>, mentorId: number, sessionId: number) {
  const request = await db
    .selectFrom('mentor_sessions')
    .innerJoin('users as mentee', 'mentee.id', 'mentor_sessions.mentee_id')
    .innerJoin('users as mentor', 'mentor.id', 'mentor_sessions.mentor_id')
    .select([
      'mentor_sessions.topic',
      'mentor_sessions.status',
      'mentor_sessions.proposed_at as proposedAt',
      'mentor.timezone',
      'mentee.name as menteeName',
      'mentee.username as menteeUsername',
      'mentee.headline as menteeHeadline',
      'mentee.is_active as menteeIsActive',
    ])
    .where('mentor_sessions.id', '=', sessionId)
    .where('mentor_sessions.mentor_id', '=', mentorId)
    .executeTakeFirst();
  if (!request) throw coded('SESSION_NOT_FOUND', { sessionId });
  return request;
}
