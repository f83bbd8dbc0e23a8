import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { type Handler, handle, type TaskContext } from '../taskkit/index.js';
import {
  cleanupOldNotifications,
  markNotificationsReadBatch,
  sendBatchNotifications,
  sendCommentNotifications,
  sendLikeNotifications,
  sendMentionNotifications,
  sendNotificationAsync,
} from '../tasks/notifications.js';
import { sendBatch } from './batch.js';
import { deleteReadNotifications } from './clean-up.js';
import { createNotifications, type NewNotification, notifyUsers } from './create.js';
import { findContent, findName, findNotification, markRead } from './queries.js';
import { type ContentType, commentWords, likeWords, mentionWords, type Words } from './wording.js';

const day = 86_400_000;

/** Creates the one notification of a task; its id is the key, so that the task may run again. */
async function createOne(db: Kysely<Database>, { id }: TaskContext, notification: Omit<NewNotification, 'uniqueKey'>) {
  const uniqueKey = `task:${id}`;
  const [created] = await createNotifications(db, [{ ...notification, uniqueKey }]);
  if (!created?.userExists) throw coded('USER_NOT_FOUND', { userId: notification.userId });
  if (created.id !== null) return { notificationId: created.id, created: true };
  return { notificationId: (await findNotification(db, uniqueKey)) ?? null, created: false };
}

/** Tells a user what another one did to something of theirs. */
async function tellOfOther(
  db: Kysely<Database>,
  context: TaskContext,
  { userId, otherId, type, words }: { userId: number; otherId: number; type: string; words: (name: string) => Words },
) {
  if (userId === otherId) return { notificationId: null, created: false, skipped: 'own content' };
  const name = await findName(db, otherId);
  if (name === undefined) throw coded('USER_NOT_FOUND', { userId: otherId });
  return createOne(db, context, { userId, type, ...words(name), relatedUserId: otherId });
}

async function mention(
  db: Kysely<Database>,
  { userIds, mentionType, contentId }: { userIds: number[]; mentionType: ContentType; contentId: number },
) {
  const content = await findContent(db, mentionType, contentId);
  if (!content) throw coded('CONTENT_NOT_FOUND', { type: mentionType, contentId });
  const { authorId, authorName, body } = content;
  const mentioned = [...new Set(userIds)].filter((id) => id !== authorId);
  const outcome = await notifyUsers(db, mentioned, {
    type: 'mention',
    ...mentionWords(authorName, mentionType, body),
    relatedUserId: authorId,
    uniqueKey: `mention:${mentionType}:${contentId}`,
  });
  const created = outcome.filter(({ id }) => id !== null).length;
  return { created, skipped: userIds.length - created };
}

async function markAllRead(db: Kysely<Database>, userId: number, now: Date) {
  const marked = await markRead(db, userId, now);
  if (marked === 0 && (await findName(db, userId)) === undefined) throw coded('USER_NOT_FOUND', { userId });
  return { userId, marked };
}

async function cleanUp(db: Kysely<Database>, before: Date, { signal, progress }: TaskContext) {
  let deleted = 0;
  for await (deleted of deleteReadNotifications(db, before)) {
    await progress({ deleted });
    signal.throwIfAborted();
  }
  return { deleted };
}

/** The handlers of the notification tasks. `clock` tells when something is read, and what is old. */
export function notificationHandlers({ db, clock }: { db: Kysely<Database>; clock: () => Date }): Handler[] {
  return [
    handle(sendNotificationAsync, ({ notificationType, relatedUserId = null, ...notification }, context) =>
      createOne(db, context, { ...notification, type: notificationType, relatedUserId }),
    ),
    handle(sendLikeNotifications, ({ userId, likerId, contentType }, context) =>
      tellOfOther(db, context, { userId, otherId: likerId, type: 'like', words: (name) => likeWords(name, contentType) }),
    ),
    handle(sendCommentNotifications, ({ userId, commenterId, contentType }, context) =>
      tellOfOther(db, context, {
        userId,
        otherId: commenterId,
        type: 'comment',
        words: (name) => commentWords(name, contentType),
      }),
    ),
    handle(sendMentionNotifications, (args) => mention(db, args)),
    handle(sendBatchNotifications, ({ notifications }, context) => sendBatch(db, notifications, context)),
    handle(markNotificationsReadBatch, ({ userId }) => markAllRead(db, userId, clock())),
    handle(cleanupOldNotifications, ({ days = 30 }, context) => cleanUp(db, new Date(clock().getTime() - days * day), context)),
  ];
}
