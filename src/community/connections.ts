import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { type Person, personJson } from './person.js';

export type ConnectionStatus = 'pending' | 'accepted' | 'declined';

/** A connection as one of its two people sees it. */
export interface Connection {
  id: number;
  status: ConnectionStatus;
  /** Whether this person asked, or was asked. */
  direction: 'sent' | 'received';
  /** The other one. */
  user: Person;
  createdAt: Date;
  answeredAt: Date | null;
}

/**
 * Asks a user to connect, who is told. One who declined may ask in turn, which makes a new request of the declined one.
 * Throws NOT_ALLOWED for oneself, USER_NOT_FOUND, CONNECTION_EXISTS.
 */
export async function requestConnection(db: Kysely<Database>, requesterId: number, userId: number): Promise<Connection> {
  if (userId === requesterId) throw coded('NOT_ALLOWED', { reason: 'nobody connects with themselves' });
  return db.transaction().execute(async (trx) => {
    const addressee = await trx
      .selectFrom('users')
      .select('id')
      .where('id', '=', userId)
      .where('is_active', '=', true)
      .forKeyShare()
      .executeTakeFirst();
    if (!addressee) throw coded('USER_NOT_FOUND', { userId });

    const { rows } = await sql<{ id: number }>`
      INSERT INTO connections (requester_id, addressee_id) VALUES (${requesterId}, ${userId})
      ON CONFLICT (least(requester_id, addressee_id), greatest(requester_id, addressee_id)) DO UPDATE SET
        requester_id = excluded.requester_id, addressee_id = excluded.addressee_id,
        status = 'pending', created_at = excluded.created_at, answered_at = NULL
      WHERE connections.status = 'declined' AND connections.addressee_id = excluded.requester_id
      RETURNING id
    `.execute(trx);
    const [created] = rows;
    if (!created) throw coded('CONNECTION_EXISTS', { userId });

    await recordActivity(trx, requesterId, 'connection_requested', created.id);
    await tell(trx, {
      userId,
      about: requesterId,
      title: 'New invitation',
      message: (name) => `${name} would like to connect with you`,
      // One who withdraws and asks again is not announced again.
      taskId: `connection-${requesterId}-asks-${userId}`,
    });
    return getConnection(trx, requesterId, created.id);
  });
}

/** Accepts or declines a request; again is the same as once. Throws CONNECTION_NOT_FOUND, also for one that this user may not answer. */
export function answerConnection(
  db: Kysely<Database>,
  userId: number,
  connectionId: number,
  answer: 'accepted' | 'declined',
): Promise<Connection> {
  return db.transaction().execute(async (trx) => {
    const answered = await trx
      .updateTable('connections')
      .set({ status: answer, answered_at: sql`now()` })
      .where('id', '=', connectionId)
      .where('addressee_id', '=', userId)
      .where('status', '=', 'pending')
      .returning('requester_id as requesterId')
      .executeTakeFirst();
    if (answered) await announceAnswer(trx, userId, { connectionId, requesterId: answered.requesterId, answer });

    const connection = await getConnection(trx, userId, connectionId);
    if (connection.status !== answer || connection.direction !== 'received')
      throw coded('CONNECTION_NOT_FOUND', { connectionId });
    return connection;
  });
}

/** Only good news is told. */
async function announceAnswer(
  trx: Transaction<Database>,
  userId: number,
  { connectionId, requesterId, answer }: { connectionId: number; requesterId: number; answer: 'accepted' | 'declined' },
): Promise<void> {
  await recordActivity(trx, userId, answer === 'accepted' ? 'connection' : 'connection_declined', connectionId);
  if (answer === 'declined') return;
  await tell(trx, {
    userId: requesterId,
    about: userId,
    title: 'New connection',
    message: (name) => `${name} accepted your invitation`,
    taskId: `connection-${connectionId}-accepted`,
  });
}

interface News {
  userId: number;
  /** The id of the user whose name the message holds. */
  about: number;
  title: string;
  message: (name: string) => string;
  taskId: string;
}

async function tell(trx: Transaction<Database>, { userId, about, title, message, taskId }: News): Promise<void> {
  const { name } = await trx.selectFrom('users').select('name').where('id', '=', about).executeTakeFirstOrThrow();
  const notification = { userId, notificationType: 'connection', title, message: message(name), relatedUserId: about };
  await sendNotificationAsync.delayOnCommit(trx, notification, { taskId });
}

/**
 * Ends a connection or takes a request back, for either of the two. One who was declined cannot remove that, and so not ask again.
 * Throws CONNECTION_NOT_FOUND.
 */
export function removeConnection(db: Kysely<Database>, userId: number, connectionId: number): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('connections')
      .where('id', '=', connectionId)
      .where(({ eb, or, and }) =>
        or([eb('addressee_id', '=', userId), and([eb('requester_id', '=', userId), eb('status', '<>', 'declined')])]),
      )
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw coded('CONNECTION_NOT_FOUND', { connectionId });
    await recordActivity(trx, userId, 'connection_removed', connectionId);
  });
}

/** The connections of a user that fulfil a condition, as the user sees them. */
const connectionsOf = (userId: number, condition: RawBuilder<unknown>) => sql<Connection>`
  SELECT
    connection.id, connection.status, connection.created_at AS "createdAt", connection.answered_at AS "answeredAt",
    CASE WHEN connection.requester_id = ${userId} THEN 'sent' ELSE 'received' END AS direction,
    ${personJson('other')} AS "user"
  FROM connections AS connection
  JOIN users AS other ON other.id = connection.requester_id + connection.addressee_id - ${userId}
  WHERE (connection.requester_id = ${userId} OR connection.addressee_id = ${userId}) AND ${condition}
  ORDER BY connection.created_at DESC, connection.id DESC`;

async function getConnection(db: Kysely<Database>, userId: number, connectionId: number): Promise<Connection> {
  const { rows } = await connectionsOf(userId, sql`connection.id = ${connectionId}`).execute(db);
  const [connection] = rows;
  if (!connection) throw coded('CONNECTION_NOT_FOUND', { connectionId });
  return connection;
}

/** One page of a user's connections, newest first, with how many there are. Without a status, those of all. Pages count from 1. */
export async function listConnections(
  db: Kysely<Database>,
  userId: number,
  { status, page, pageSize }: { status?: ConnectionStatus | undefined; page: number; pageSize: number },
): Promise<{ items: Connection[]; total: number }> {
  const condition = status ? sql`connection.status = ${status}` : sql`true`;
  const chosen = connectionsOf(userId, condition);
  const [items, counted] = await Promise.all([
    sql<Connection>`${chosen} LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`.execute(db),
    sql<{ total: number }>`
      SELECT count(*) AS total FROM connections AS connection
      WHERE (connection.requester_id = ${userId} OR connection.addressee_id = ${userId}) AND ${condition}
    `.execute(db),
  ]);
  return { items: items.rows, total: counted.rows[0]!.total };
}
