import type { Kysely } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';

export const sessionStatuses = ['requested', 'accepted', 'declined', 'completed', 'cancelled'] as const;
type Status = (typeof sessionStatuses)[number];

interface Person {
  id: number;
  name: string;
}

export interface Session {
  id: number;
  mentor: Person;
  mentee: Person;
  topic: string;
  status: Status;
  proposedAt: Date;
  completedAt: Date | null;
  /** What the mentee gave, 1 to 5. */
  rating: number | null;
  createdAt: Date;
}

/** The sessions in which the user takes part. */
const sessionsOf = (db: Kysely<Database>, userId: number) =>
  db
    .selectFrom('mentor_sessions')
    .where((session) =>
      session.or([session('mentor_sessions.mentor_id', '=', userId), session('mentor_sessions.mentee_id', '=', userId)]),
    );

const describe = (sessions: ReturnType<typeof sessionsOf>) =>
  sessions
    .innerJoin('users as mentor', 'mentor.id', 'mentor_sessions.mentor_id')
    .innerJoin('users as mentee', 'mentee.id', 'mentor_sessions.mentee_id')
    .select(({ ref }) => [
      'mentor_sessions.id',
      jsonBuildObject({ id: ref('mentor.id'), name: ref('mentor.name') }).as('mentor'),
      jsonBuildObject({ id: ref('mentee.id'), name: ref('mentee.name') }).as('mentee'),
      'mentor_sessions.topic',
      'mentor_sessions.status',
      'mentor_sessions.proposed_at as proposedAt',
      'mentor_sessions.completed_at as completedAt',
      'mentor_sessions.rating',
      'mentor_sessions.created_at as createdAt',
    ]);

export interface SessionFilter {
  /** What the user is in the sessions. Default: either. */
  role?: 'mentor' | 'mentee' | undefined;
  status?: Status | undefined;
}

/** One page of the user's sessions, newest first. Pages count from 1. */
export async function listSessions(
  db: Kysely<Database>,
  userId: number,
  { page, pageSize, role, status }: SessionFilter & { page: number; pageSize: number },
): Promise<{ items: Session[]; total: number }> {
  const found = sessionsOf(db, userId)
    .$if(role !== undefined, (sessions) => sessions.where(`mentor_sessions.${role!}_id`, '=', userId))
    .$if(status !== undefined, (sessions) => sessions.where('mentor_sessions.status', '=', status!));
  const [items, { total }] = await Promise.all([
    describe(found)
      .orderBy('mentor_sessions.created_at', 'desc')
      .orderBy('mentor_sessions.id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items, total };
}

/** A session in which the user takes part; throws SESSION_NOT_FOUND, also for a session of others. */
export async function getSession(db: Kysely<Database>, userId: number, sessionId: number): Promise<Session> {
  const session = await describe(sessionsOf(db, userId)).where('mentor_sessions.id', '=', sessionId).executeTakeFirst();
  if (!session) throw coded('SESSION_NOT_FOUND', { sessionId });
  return session;
}
