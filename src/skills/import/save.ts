import { sql, type Transaction } from 'kysely';
import type { Database } from '../../db/schema.js';
import type { ImportedSkill, ImportFormat } from './formats.js';

/**
 * Notes whose each name and alias is, for as long as the transaction lasts. Of two skills with one alias the first has it,
 * and a skill's own name goes before. Other imports wait until this one has ended.
 */
export async function startImport(trx: Transaction<Database>): Promise<void> {
  await sql`LOCK TABLE skills IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
  await sql`
    CREATE TEMPORARY TABLE skill_terms (key text PRIMARY KEY, term text NOT NULL, slug text NOT NULL) ON COMMIT DROP
  `.execute(trx);
  await sql`CREATE INDEX ON skill_terms (slug)`.execute(trx);
  await sql`
    INSERT INTO skill_terms SELECT translate(lower(name), '-', ' '), name, slug FROM skills ON CONFLICT DO NOTHING
  `.execute(trx);
  await sql`
    INSERT INTO skill_terms SELECT translate(lower(alias), '-', ' '), alias, slug FROM skills, unnest(aliases) AS alias
    ON CONFLICT DO NOTHING
  `.execute(trx);
}

export interface SavedBatch {
  added: number;
  updated: number;
  known: number;
  aliasesTaken: number;
}

/** Saves skills of different slugs, in a bounded number of statements. */
export async function saveBatch(
  trx: Transaction<Database>,
  source: ImportFormat,
  batch: readonly ImportedSkill[],
): Promise<SavedBatch> {
  const given = sql`jsonb_to_recordset(${JSON.stringify(batch)}::jsonb)
    AS given (name text, slug text, category text, aliases text[])`;
  // A name that is another skill's name or alias is that skill; so is a slug of a built-in one.
  const { rows: open } = await sql<{ slug: string }>`
    SELECT given.slug FROM ${given}
    LEFT JOIN skill_terms AS owner ON owner.key = translate(lower(given.name), '-', ' ')
    LEFT JOIN skills ON skills.slug = given.slug
    WHERE (owner.slug IS NULL OR owner.slug = given.slug) AND (skills.source IS NULL OR skills.source <> 'built-in')
  `.execute(trx);
  const slugs = open.map(({ slug }) => slug);

  await sql`
    INSERT INTO skill_terms
    SELECT translate(lower(name), '-', ' '), name, slug FROM ${given} WHERE slug = ANY(${slugs}) ON CONFLICT DO NOTHING
  `.execute(trx);
  await sql`
    INSERT INTO skill_terms
    SELECT translate(lower(alias), '-', ' '), alias, slug FROM ${given}, unnest(given.aliases) AS alias
    WHERE slug = ANY(${slugs}) ON CONFLICT DO NOTHING
  `.execute(trx);
  const { rows: taken } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM ${given}, unnest(given.aliases) AS alias
    JOIN skill_terms AS owner ON owner.key = translate(lower(alias), '-', ' ')
    WHERE given.slug = ANY(${slugs}) AND owner.slug <> given.slug
  `.execute(trx);

  const { rows: saved } = await sql<{ isNew: boolean }>`
    INSERT INTO skills (name, slug, category, aliases, source)
    SELECT called.name, given.slug, given.category,
      ARRAY(SELECT term FROM skill_terms AS own WHERE own.slug = given.slug AND own.term <> called.name ORDER BY own.key),
      ${source}
    FROM ${given}, LATERAL (
      SELECT coalesce((SELECT skills.name FROM skills WHERE skills.slug = given.slug), given.name) AS name
    ) AS called
    WHERE given.slug = ANY(${slugs})
    ON CONFLICT (slug) DO UPDATE SET
      category = excluded.category, aliases = excluded.aliases, source = excluded.source, updated_at = now()
    WHERE (skills.category, skills.aliases, skills.source) IS DISTINCT FROM (excluded.category, excluded.aliases, excluded.source)
    RETURNING xmax = 0 AS "isNew"
  `.execute(trx);
  const added = saved.filter(({ isNew }) => isNew).length;
  return { added, updated: saved.length - added, known: batch.length - saved.length, aliasesTaken: taken[0]!.count };
}
