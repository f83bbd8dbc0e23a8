import { type Kysely, sql } from 'kysely';
import { contains } from '../db/contains.js';
import type { Database } from '../db/schema.js';

export interface Skill {
  id: number;
  name: string;
  slug: string;
  category: string;
}

/** A skill in somebody's profile, as one user sees it. */
export interface UserSkill extends Skill {
  /** 1 (beginner) to 5 (expert). */
  proficiency: number;
  years: number | null;
  source: 'manual' | 'resume';
  /** How many people endorse it. */
  endorsements: number;
  endorsedByMe: boolean;
}

interface Page {
  page: number;
  pageSize: number;
}

/** One page of the skills, by name; with a text, those whose name or one of whose aliases holds it, closest first. Pages count from 1. */
export async function listSkills(
  db: Kysely<Database>,
  { text, page, pageSize }: Page & { text?: string | undefined },
): Promise<{ items: Skill[]; total: number }> {
  let chosen = db.selectFrom('skills');
  if (text !== undefined) {
    chosen = chosen.where(contains(sql<string>`concat_ws(E'\\n', name, array_to_string(aliases, E'\\n'))`, text));
  }
  const [items, { total }] = await Promise.all([
    chosen
      .select(['id', 'name', 'slug', 'category'])
      .$if(text !== undefined, (query) =>
        query.orderBy(sql`lower(name) = lower(${text})`, 'desc').orderBy(sql`starts_with(lower(name), lower(${text}))`, 'desc'),
      )
      .orderBy('name')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    chosen.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items, total };
}

const profileSkills = (db: Kysely<Database>, userId: number, viewerId: number) =>
  db
    .selectFrom('user_skills')
    .innerJoin('skills', 'skills.id', 'user_skills.skill_id')
    .where('user_skills.user_id', '=', userId)
    .select([
      'skills.id',
      'skills.name',
      'skills.slug',
      'skills.category',
      'user_skills.proficiency',
      'user_skills.years',
      'user_skills.source',
      sql<number>`(
        SELECT count(*) FROM endorsements AS e WHERE e.user_id = user_skills.user_id AND e.skill_id = skills.id
      )`.as('endorsements'),
      sql<boolean>`EXISTS (
        SELECT FROM endorsements AS e
        WHERE e.user_id = user_skills.user_id AND e.skill_id = skills.id AND e.endorser_id = ${viewerId}
      )`.as('endorsedByMe'),
    ]);

/** One page of a user's skills, the best first, as `viewerId` sees them. Pages count from 1. */
export async function listUserSkills(
  db: Kysely<Database>,
  { userId, viewerId, page, pageSize }: Page & { userId: number; viewerId: number },
): Promise<{ items: UserSkill[]; total: number }> {
  const [items, { total }] = await Promise.all([
    profileSkills(db, userId, viewerId)
      .orderBy('user_skills.proficiency', 'desc')
      .orderBy('skills.name')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    db
      .selectFrom('user_skills')
      .where('user_id', '=', userId)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total };
}

/** A skill of a user, as `viewerId` sees it; undefined when the user does not have it. */
export const findUserSkill = (
  db: Kysely<Database>,
  { userId, skillId, viewerId }: { userId: number; skillId: number; viewerId: number },
): Promise<UserSkill | undefined> => profileSkills(db, userId, viewerId).where('skills.id', '=', skillId).executeTakeFirst();
