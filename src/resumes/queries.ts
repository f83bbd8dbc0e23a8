import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded, type ErrorCode } from '../errors.js';
import type { FoundSkill, MatchableSkill, ResumeAnalysis } from './analyze/index.js';
import type { Extraction } from './extract/extract-text.js';

/** A resume as the tasks need it. */
export interface ResumeRow {
  id: number;
  userId: number;
  fileName: string;
  storageKey: string;
  status: 'pending' | 'processing' | 'completed' | 'failed';
  text: string | null;
  pages: number | null;
  language: string | null;
  score: number | null;
  isDeleted: boolean;
}

const rowsOf = (db: Kysely<Database>, resumeId: number) =>
  db
    .selectFrom('resumes')
    .where('id', '=', resumeId)
    .select(({ eb }) => [
      'id',
      'user_id as userId',
      'file_name as fileName',
      'storage_key as storageKey',
      'status',
      'extracted_text as text',
      'page_count as pages',
      'language',
      'score',
      eb('deleted_at', 'is not', null).$castTo<boolean>().as('isDeleted'),
    ]);

/** Throws RESUME_NOT_FOUND. */
export async function loadResume(db: Kysely<Database>, resumeId: number): Promise<ResumeRow> {
  const row = await rowsOf(db, resumeId).executeTakeFirst();
  if (!row) throw coded('RESUME_NOT_FOUND', { resumeId });
  return row;
}

/** Reads a resume and keeps others from changing it until the transaction ends. Throws RESUME_NOT_FOUND. */
export async function lockResume(transaction: Transaction<Database>, resumeId: number): Promise<ResumeRow> {
  const row = await rowsOf(transaction, resumeId).forUpdate().executeTakeFirst();
  if (!row) throw coded('RESUME_NOT_FOUND', { resumeId });
  return row;
}

/** Shows that work on the resume has begun; an earlier failure is forgotten. A completed one stays as it is. */
export async function markProcessing(db: Kysely<Database>, resumeId: number): Promise<void> {
  await db
    .updateTable('resumes')
    .set({ status: 'processing', failure_code: null, failure_message: null })
    .where('id', '=', resumeId)
    .where('status', 'in', ['pending', 'failed'])
    .execute();
}

/** Saves a resume's text, unless another run has saved it already: the first stays. */
export async function saveText(
  db: Kysely<Database>,
  resumeId: number,
  { text, pages, truncated }: Extraction,
  language: string | null,
  now: Date,
): Promise<void> {
  await db
    .updateTable('resumes')
    .set({ extracted_text: text, page_count: pages, truncated, language, extracted_at: now })
    .where('id', '=', resumeId)
    .where('extracted_text', 'is', null)
    .execute();
}

/** A skill that employers ask for and the resume lacks. */
export interface SkillGap {
  skillId: number;
  name: string;
  /** How many of the open jobs that ask for some skill of the resume ask for this one too. */
  openJobs: number;
}

const maxGaps = 10;

/** The skills most asked for, beside the held ones, in the open jobs that ask for at least one of them. */
export async function findSkillGaps(db: Kysely<Database>, heldSkillIds: number[], now: Date): Promise<SkillGap[]> {
  const { rows } = await sql<SkillGap>`
    WITH fitting AS (
      SELECT jobs.id
      FROM jobs
      WHERE status = 'open' AND (expires_at IS NULL OR expires_at > ${now})
        AND EXISTS (
          SELECT FROM job_skills WHERE job_id = jobs.id AND skill_id = ANY(${heldSkillIds}::bigint[])
        )
    )
    SELECT skills.id AS "skillId", skills.name, count(*) AS "openJobs"
    FROM fitting
    JOIN job_skills ON job_skills.job_id = fitting.id
    JOIN skills ON skills.id = job_skills.skill_id
    WHERE skills.id <> ALL(${heldSkillIds}::bigint[])
    GROUP BY skills.id
    ORDER BY count(*) DESC, skills.name
    LIMIT ${maxGaps}
  `.execute(db);
  return rows;
}

/** Saves the analysis and marks the resume as completed. */
export async function completeResume(
  transaction: Transaction<Database>,
  resumeId: number,
  analysis: ResumeAnalysis & { gaps: SkillGap[] },
  now: Date,
): Promise<void> {
  await transaction
    .updateTable('resumes')
    .set({
      status: 'completed',
      failure_code: null,
      failure_message: null,
      analysis: JSON.stringify(analysis),
      score: analysis.score.total,
      analyzed_at: now,
    })
    .where('id', '=', resumeId)
    .execute();
}

/** Marks a resume as failed, with the reason that its owner is told. */
export async function failResume(
  transaction: Transaction<Database>,
  resumeId: number,
  { code, message }: { code: ErrorCode; message: string },
): Promise<void> {
  await transaction
    .updateTable('resumes')
    .set({ status: 'failed', failure_code: code, failure_message: message })
    .where('id', '=', resumeId)
    .execute();
}

/**
 * Brings a user's skills to what an analysis found. Skills set by hand stay as they are, and those of earlier resumes stay too.
 * Returns how many are new.
 */
export async function syncSkills(
  transaction: Transaction<Database>,
  userId: number,
  skills: readonly (Pick<FoundSkill, 'skillId' | 'years' | 'confidence'> & { proficiency: number })[],
): Promise<number> {
  // A skill that has left the table since the matcher was built is left out by the join.
  const { rows } = await sql<{ isNew: boolean }>`
    INSERT INTO user_skills (user_id, skill_id, proficiency, years, source, confidence)
    SELECT ${userId}, found."skillId", found.proficiency, found.years, 'resume', found.confidence
    FROM jsonb_to_recordset(${JSON.stringify(skills)}::jsonb)
      AS found ("skillId" bigint, proficiency smallint, years numeric, confidence double precision)
    JOIN skills ON skills.id = found."skillId"
    ORDER BY found."skillId"
    ON CONFLICT (user_id, skill_id) DO UPDATE SET
      proficiency = excluded.proficiency, years = excluded.years, confidence = excluded.confidence, updated_at = now()
    WHERE user_skills.source = 'resume'
    RETURNING xmax = 0 AS "isNew"
  `.execute(transaction);
  return rows.filter(({ isNew }) => isNew).length;
}

/** Notes that a user's resume was analysed. */
export async function recordAnalysis(
  transaction: Transaction<Database>,
  { userId, resumeId, now }: { userId: number; resumeId: number; now: Date },
): Promise<void> {
  await transaction
    .insertInto('activity_events')
    .values({ user_id: userId, kind: 'resume_analyzed', subject_id: resumeId, occurred_at: now })
    .execute();
}

/** Changes whenever a skill is added, changed or removed. */
export async function skillsVersion(db: Kysely<Database>): Promise<string> {
  const { count, changed } = await db
    .selectFrom('skills')
    .select(({ fn }) => [fn.countAll<number>().as('count'), sql<string | null>`max(updated_at)::text`.as('changed')])
    .executeTakeFirstOrThrow();
  return `${count} ${changed}`;
}

export function loadSkills(db: Kysely<Database>): Promise<MatchableSkill[]> {
  return db.selectFrom('skills').select(['id', 'name', 'category', 'aliases']).orderBy('id').execute();
}
