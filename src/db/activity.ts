import type { Transaction } from 'kysely';
import type { Database } from './schema.js';

/** What a user can do that counts as activity; beside each kind, what its subject's id names. */
export type ActivityKind =
  | 'login' // nothing
  | 'profile_updated' // nothing
  | 'post' // the post
  | 'post_deleted' // the post
  | 'comment' // the comment
  | 'comment_deleted' // the comment
  | 'like' // the post or comment
  | 'unlike' // the post or comment
  | 'connection_requested' // the connection
  | 'connection' // the connection: it was accepted
  | 'connection_declined' // the connection
  | 'connection_removed' // the connection
  | 'skill_set' // the skill
  | 'skill_removed' // the skill
  | 'endorsement' // the user who was endorsed
  | 'endorsement_withdrawn' // the user who was endorsed
  | 'application' // the application
  | 'application_withdrawn' // the application
  | 'enrollment' // the course
  | 'course_progress' // the course
  | 'course_completed' // the course
  | 'course_rated' // the course
  | 'mentor_profile_updated' // nothing
  | 'session_requested' // the session, as are all below
  | 'session_accepted'
  | 'session_declined'
  | 'session_completed'
  | 'session_cancelled'
  | 'session_rated';

/** Notes that the user did something, as of the transaction's time. */
export async function recordActivity(
  transaction: Transaction<Database>,
  userId: number,
  kind: ActivityKind,
  subjectId: number | null,
): Promise<void> {
  await transaction.insertInto('activity_events').values({ user_id: userId, kind, subject_id: subjectId }).execute();
}
