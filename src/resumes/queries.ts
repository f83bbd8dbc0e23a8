import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded, type ErrorCode } from '../errors.js';
import type { ResumeAnalysis } from './analyze/index.js';
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
  truncated: boolean;
  /** Whether the text was recognised in pictures. */
  recognized: boolean;
  /** The letters of the file that nobody sees and that are not in the text; null for none. */
  hiddenCharacters: number | null;
  /** Of the last analysis; null before the first. */
  score: number | null;
  requestedAt: Date;
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
      'truncated',
      'recognized',
      'hidden_characters as hiddenCharacters',
      'score',
      'requested_at as requestedAt',
      eb('deleted_at', 'is not', null).$castTo<boolean>().as('isDeleted'),
    ]);

/** The resume, also one that is deleted. Throws RESUME_NOT_FOUND. */
export async function loadResume(db: Kysely<Database>, resumeId: number): Promise<ResumeRow> {
  const row = await rowsOf(db, resumeId).executeTakeFirst();
  if (!row) throw coded('RESUME_NOT_FOUND', { resumeId });
  return row;
}

/** Reads a resume and keeps others from changing it until the transaction ends; undefined when it is gone. */
export const lockResume = (transaction: Transaction<Database>, resumeId: number): Promise<ResumeRow | undefined> =>
  rowsOf(transaction, resumeId).forUpdate().executeTakeFirst();

/** Shows that work on the resume has begun; an earlier failure is forgotten. A completed one stays as it is. */
export async function markProcessing(db: Kysely<Database>, resumeId: number): Promise<void> {
  await db
    .updateTable('resumes')
    .set({ status: 'processing', failure_code: null, failure_message: null })
    .where('id', '=', resumeId)
    .where('status', 'in', ['pending', 'failed'])
    .where('deleted_at', 'is', null)
    .execute();
}

/** Saves a resume's text, unless another run has saved it already: the first stays. */
export async function saveText(
  db: Kysely<Database>,
  resumeId: number,
  { text, pages, language, truncated, recognized, hidden }: Extraction,
  now: Date,
): Promise<void> {
  await db
    .updateTable('resumes')
    .set({
      extracted_text: text,
      page_count: pages,
      truncated,
      recognized,
      hidden_characters: hidden?.characters ?? null,
      language,
      extracted_at: now,
    })
    .where('id', '=', resumeId)
    .where('extracted_text', 'is', null)
    .where('deleted_at', 'is', null)
    .execute();
}

/** Saves the analysis with the version of what it was made with, and marks the resume as completed. */
export async function completeResume(
  transaction: Transaction<Database>,
  resumeId: number,
  { analysis, version, now }: { analysis: ResumeAnalysis; version: string; now: Date },
): Promise<void> {
  await transaction
    .updateTable('resumes')
    .set({
      status: 'completed',
      failure_code: null,
      failure_message: null,
      analysis: JSON.stringify(analysis),
      analysis_version: version,
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

/** Notes that a user's resume was analysed for the first time. */
export async function recordAnalysis(
  transaction: Transaction<Database>,
  { userId, resumeId, now }: { userId: number; resumeId: number; now: Date },
): Promise<void> {
  await transaction
    .insertInto('activity_events')
    .values({ user_id: userId, kind: 'resume_analyzed', subject_id: resumeId, occurred_at: now })
    .execute();
}
