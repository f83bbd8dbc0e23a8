import { type Kysely, sql, type Transaction } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { sendMentorRequestEmail } from '../tasks/email.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { lockRoom, updateRating } from './mentors.js';
import { getSession, type Session } from './sessions.js';
import { type Action, transitions } from './transitions.js';

/**
 * Asks a mentor for a session, who is told of it, by mail too. Throws NOT_ALLOWED for oneself, MENTOR_NOT_FOUND,
 * MENTOR_UNAVAILABLE, and ALREADY_REQUESTED while an earlier request to the same mentor is not answered.
 */
export async function requestSession(
  db: Kysely<Database>,
  menteeId: number,
  mentorId: number,
  { topic, proposedAt }: { topic: string; proposedAt: Date },
): Promise<Session> {
  if (menteeId === mentorId) throw coded('NOT_ALLOWED', { reason: 'nobody is their own mentor' });
  return db.transaction().execute(async (transaction) => {
    const { room, acceptsMentees } = await lockRoom(transaction, mentorId);
    if (!acceptsMentees || room < 1) throw coded('MENTOR_UNAVAILABLE', { mentorId });
    await refuseSecondRequest(transaction, menteeId, mentorId);
    const { id: sessionId } = await transaction
      .insertInto('mentor_sessions')
      .values({ mentor_id: mentorId, mentee_id: menteeId, topic, proposed_at: proposedAt })
      .returning('id')
      .executeTakeFirstOrThrow();
    const session = await getSession(transaction, menteeId, sessionId);
    await recordActivity(transaction, menteeId, 'session_requested', sessionId);
    await sendMentorRequestEmail.delayOnCommit(transaction, { mentorId, sessionId });
    await sendNotificationAsync.delayOnCommit(transaction, {
      userId: mentorId,
      notificationType: 'session_requested',
      title: 'Session requested',
      message: `${session.mentee.name} asks for a session on "${topic}"`,
      relatedUserId: menteeId,
    });
    return session;
  });
}

/** The mentor is locked, so that of two requests at once the second one sees the first. */
async function refuseSecondRequest(transaction: Transaction<Database>, menteeId: number, mentorId: number): Promise<void> {
  const open = await transaction
    .selectFrom('mentor_sessions')
    .select('id')
    .where('mentor_id', '=', mentorId)
    .where('mentee_id', '=', menteeId)
    .where('status', '=', 'requested')
    .executeTakeFirst();
  if (open) throw coded('ALREADY_REQUESTED', { mentorId });
}

/**
 * Does with a session what its mentor or its mentee wants; the other one is told. A completed session may unlock achievements
 * of the mentor. Throws SESSION_NOT_FOUND, NOT_ALLOWED for the mentee where only the mentor may, SESSION_STATUS_CONFLICT when
 * it is too late, and MENTOR_UNAVAILABLE when there is no room for one more that is accepted.
 */
export async function changeSession(db: Kysely<Database>, userId: number, sessionId: number, action: Action): Promise<Session> {
  const { to, mentorOnly } = transitions[action];
  return db.transaction().execute(async (transaction) => {
    const { mentor, mentee, topic } = await getSession(transaction, userId, sessionId);
    if (mentorOnly && userId !== mentor.id) throw coded('NOT_ALLOWED', { reason: `only the mentor can ${action} a session` });
    if (!(await setStatus(transaction, sessionId, action))) {
      const { status } = await getSession(transaction, userId, sessionId);
      throw coded('SESSION_STATUS_CONFLICT', { sessionId, status, wanted: to });
    }
    if (to === 'accepted' && (await lockRoom(transaction, mentor.id)).room < 0) {
      throw coded('MENTOR_UNAVAILABLE', { mentorId: mentor.id });
    }
    await recordActivity(transaction, userId, `session_${to}`, sessionId);
    const [actor, other] = userId === mentor.id ? [mentor, mentee] : [mentee, mentor];
    await sendNotificationAsync.delayOnCommit(transaction, {
      userId: other.id,
      notificationType: `session_${to}`,
      title: `Session ${to}`,
      message: `${actor.name} has ${to} the session on "${topic}"`,
      relatedUserId: actor.id,
    });
    if (to === 'completed') await checkUserAchievements.delayOnCommit(transaction, { userId: mentor.id });
    return getSession(transaction, userId, sessionId);
  });
}

/** Of two who change the same session at once, one succeeds. */
async function setStatus(transaction: Transaction<Database>, sessionId: number, action: Action): Promise<boolean> {
  const { from, to } = transitions[action];
  const { numUpdatedRows } = await transaction
    .updateTable('mentor_sessions')
    .set({ status: to, updated_at: sql`now()`, ...(to === 'completed' && { completed_at: sql`now()` }) })
    .where('id', '=', sessionId)
    .where('status', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Rates a completed session, or rates it anew; the mentor's rating follows. Throws SESSION_NOT_FOUND, NOT_ALLOWED for the mentor,
 * and SESSION_STATUS_CONFLICT for a session that is not completed.
 *
 * @param rating 1 to 5.
 */
export async function rateSession(db: Kysely<Database>, userId: number, sessionId: number, rating: number): Promise<Session> {
  return db.transaction().execute(async (transaction) => {
    const { mentor, mentee, topic } = await getSession(transaction, userId, sessionId);
    if (userId !== mentee.id) throw coded('NOT_ALLOWED', { reason: 'only the mentee can rate a session' });
    const changed = await transaction
      .updateTable('mentor_sessions')
      .set({ rating, updated_at: sql`now()` })
      .where('id', '=', sessionId)
      .where('status', '=', 'completed')
      .where('rating', 'is distinct from', rating)
      .executeTakeFirst();
    const session = await getSession(transaction, userId, sessionId);
    if (session.status !== 'completed')
      throw coded('SESSION_STATUS_CONFLICT', { sessionId, status: session.status, wanted: 'rated' });
    if (changed.numUpdatedRows === 0n) return session;
    await updateRating(transaction, mentor.id);
    await recordActivity(transaction, userId, 'session_rated', sessionId);
    await sendNotificationAsync.delayOnCommit(transaction, {
      userId: mentor.id,
      notificationType: 'session_rated',
      title: 'Session rated',
      message: `${mentee.name} gave ${rating} of 5 for the session on "${topic}"`,
      relatedUserId: mentee.id,
    });
    return session;
  });
}
