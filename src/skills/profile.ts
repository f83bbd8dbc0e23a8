import { type Kysely, sql, type Transaction } from 'kysely';
import { recordActivity } from '../db/activity.js';
import { lockUser } from '../db/lock-user.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { delayAllOnCommit } from '../taskkit/index.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { recommendationKinds, recommendSoon } from '../tasks/recommendations.js';
import { findUserSkill, type UserSkill } from './queries.js';

export interface SkillLevel {
  /** 1 (beginner) to 5 (expert). */
  proficiency: number;
  years: number | null;
}

/** Which skill of whose profile is changed, and when. */
interface SkillChange {
  userId: number;
  skillId: number;
  now: Date;
}

/**
 * Adds a skill to a user's profile by hand, or changes it; no analysis overwrites it afterwards. With a new one the user's
 * achievements are checked. What is recommended is computed anew soon. Throws SKILL_NOT_FOUND.
 */
export function setSkill(
  db: Kysely<Database>,
  { userId, skillId, now }: SkillChange,
  { proficiency, years }: SkillLevel,
): Promise<UserSkill> {
  return db.transaction().execute(async (trx) => {
    await lockUser(trx, userId);
    const { rows } = await sql<{ isNew: boolean }>`
      INSERT INTO user_skills (user_id, skill_id, proficiency, years, source)
      SELECT ${userId}, id, ${proficiency}, ${years}, 'manual' FROM skills WHERE id = ${skillId}
      ON CONFLICT (user_id, skill_id) DO UPDATE SET
        proficiency = excluded.proficiency, years = excluded.years, source = 'manual', confidence = NULL, updated_at = now()
      RETURNING xmax = 0 AS "isNew"
    `.execute(trx);
    const [saved] = rows;
    if (!saved) throw coded('SKILL_NOT_FOUND', { skillId });
    await trx.deleteFrom('user_skill_dismissals').where('user_id', '=', userId).where('skill_id', '=', skillId).execute();
    await recordActivity(trx, userId, 'skill_set', skillId);
    if (saved.isNew) await checkUserAchievements.delayOnCommit(trx, { userId });
    await delayAllOnCommit(trx, recommendSoon(userId, recommendationKinds, now));
    return getUserSkill(trx, { userId, skillId, viewerId: userId });
  });
}

/**
 * Takes a skill out of a user's profile; no analysis brings it back. What is recommended is computed anew soon. Throws
 * SKILL_NOT_FOUND when the user does not have it.
 */
export function removeSkill(db: Kysely<Database>, { userId, skillId, now }: SkillChange): Promise<void> {
  return db.transaction().execute(async (trx) => {
    // An analysis that is being saved would not see that the skill is dismissed.
    await lockUser(trx, userId);
    const { numDeletedRows } = await trx
      .deleteFrom('user_skills')
      .where('user_id', '=', userId)
      .where('skill_id', '=', skillId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw coded('SKILL_NOT_FOUND', { skillId });
    await trx.insertInto('user_skill_dismissals').values({ user_id: userId, skill_id: skillId }).execute();
    await recordActivity(trx, userId, 'skill_removed', skillId);
    await delayAllOnCommit(trx, recommendSoon(userId, recommendationKinds, now));
  });
}

/** Whose skill is endorsed, and by whom. */
interface Endorsement {
  userId: number;
  skillId: number;
  endorserId: number;
}

/**
 * Endorses a skill of another user; again is the same as once. The first time the other one is told, and the endorser's
 * achievements are checked. Throws SKILL_NOT_FOUND when the other one does not have it, NOT_ALLOWED for one's own.
 */
export function endorse(db: Kysely<Database>, endorsement: Endorsement): Promise<UserSkill> {
  const { userId, skillId, endorserId } = endorsement;
  if (userId === endorserId) throw coded('NOT_ALLOWED', { reason: 'nobody endorses their own skills' });
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ isNew: boolean }>`
      INSERT INTO endorsements (user_id, skill_id, endorser_id)
      SELECT user_id, skill_id, ${endorserId} FROM user_skills
      WHERE user_id = ${userId} AND skill_id = ${skillId}
      ON CONFLICT DO NOTHING
      RETURNING true AS "isNew"
    `.execute(trx);
    const skill = await getUserSkill(trx, { userId, skillId, viewerId: endorserId });
    if (rows.length > 0) await announceEndorsement(trx, endorsement, skill.name);
    return skill;
  });
}

async function announceEndorsement(
  trx: Transaction<Database>,
  { userId, skillId, endorserId }: Endorsement,
  skillName: string,
): Promise<void> {
  await recordActivity(trx, endorserId, 'endorsement', userId);
  const { name } = await trx.selectFrom('users').select('name').where('id', '=', endorserId).executeTakeFirstOrThrow();
  await sendNotificationAsync.delayOnCommit(
    trx,
    {
      userId,
      notificationType: 'endorsement',
      title: 'New endorsement',
      message: `${name} endorsed your skill ${skillName}`,
      relatedUserId: endorserId,
    },
    // One who takes it back and endorses again is not announced again.
    { taskId: `endorsement-${endorserId}-${userId}-${skillId}` },
  );
  await checkUserAchievements.delayOnCommit(trx, { userId: endorserId });
}

/** Takes an endorsement back, if there is one. Throws SKILL_NOT_FOUND when the other one does not have the skill. */
export function withdrawEndorsement(db: Kysely<Database>, { userId, skillId, endorserId }: Endorsement): Promise<UserSkill> {
  return db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('endorsements')
      .where('user_id', '=', userId)
      .where('skill_id', '=', skillId)
      .where('endorser_id', '=', endorserId)
      .executeTakeFirst();
    if (numDeletedRows > 0n) await recordActivity(trx, endorserId, 'endorsement_withdrawn', userId);
    return getUserSkill(trx, { userId, skillId, viewerId: endorserId });
  });
}

async function getUserSkill(
  trx: Transaction<Database>,
  which: { userId: number; skillId: number; viewerId: number },
): Promise<UserSkill> {
  const skill = await findUserSkill(trx, which);
  if (!skill) throw coded('SKILL_NOT_FOUND', { skillId: which.skillId });
  return skill;
}
