import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.js';

/** A skill as the taxonomy defines it; `slug` is its identity, so that its name may change. */
export interface SkillReference {
  readonly name: string;
  readonly slug: string;
  readonly category: string;
  readonly aliases: readonly string[];
  /** Names of skills that are often held together with this one. */
  readonly related: readonly string[];
}

/** An achievement as its rule defines it. */
export interface AchievementReference {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly points: number;
  readonly rarity: 'common' | 'rare' | 'epic' | 'legendary';
  readonly metric: string;
  readonly threshold: number;
}

export interface ReferenceData {
  readonly skills: readonly SkillReference[];
  readonly achievements: readonly AchievementReference[];
}

/**
 * Brings the tables of skills and achievements to what the program defines. Rows that are right already are left alone;
 * rows that are no longer defined stay, because users hold them.
 */
export async function saveReferenceData(db: Kysely<Database>, { skills, achievements }: ReferenceData): Promise<void> {
  await sql`
    INSERT INTO skills (name, slug, category, aliases, related)
    SELECT name, slug, category, aliases, related
    FROM jsonb_to_recordset(${JSON.stringify(skills)}::jsonb)
      AS given (name text, slug text, category text, aliases text[], related text[])
    ON CONFLICT (slug) DO UPDATE SET
      name = excluded.name, category = excluded.category, aliases = excluded.aliases, related = excluded.related,
      source = 'built-in', updated_at = now()
    WHERE (skills.name, skills.category, skills.aliases, skills.related, skills.source)
      IS DISTINCT FROM (excluded.name, excluded.category, excluded.aliases, excluded.related, 'built-in')
  `.execute(db);
  await sql`
    INSERT INTO achievements (key, name, description, points, rarity, metric, threshold)
    SELECT key, name, description, points, rarity, metric, threshold
    FROM jsonb_to_recordset(${JSON.stringify(achievements)}::jsonb)
      AS given (key text, name text, description text, points integer, rarity text, metric text, threshold integer)
    ON CONFLICT (key) DO UPDATE SET
      name = excluded.name, description = excluded.description, points = excluded.points,
      rarity = excluded.rarity, metric = excluded.metric, threshold = excluded.threshold
    WHERE (achievements.name, achievements.description, achievements.points, achievements.rarity, achievements.metric, achievements.threshold)
      IS DISTINCT FROM (excluded.name, excluded.description, excluded.points, excluded.rarity, excluded.metric, excluded.threshold)
  `.execute(db);
}
