import { randomUUID } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import type { ResumeAnalysis } from './analyze/index.js';
import type { UploadedResume } from './upload.js';

/** A resume as its owner sees it in a list. */
export interface ResumeSummary {
  id: number;
  fileName: string;
  contentType: string;
  sizeBytes: number;
  status: 'pending' | 'processing' | 'completed' | 'failed';
  score: number | null;
  failure: { code: string; message: string } | null;
  createdAt: Date;
  analyzedAt: Date | null;
}

/** A resume as its owner sees it by itself. */
export interface Resume extends ResumeSummary {
  pageCount: number | null;
  language: string | null;
  /** The last one; it stays while a new one is made. */
  analysis: ResumeAnalysis | null;
}

const summaryColumns = [
  'id',
  'file_name as fileName',
  'content_type as contentType',
  'size_bytes as sizeBytes',
  'status',
  'score',
  'failure_code',
  'failure_message',
  'created_at as createdAt',
  'analyzed_at as analyzedAt',
] as const;

interface FailureColumns {
  failure_code: string | null;
  failure_message: string | null;
}

function withFailure<Row extends FailureColumns>({ failure_code: code, failure_message: message, ...rest }: Row) {
  return { ...rest, failure: code === null ? null : { code, message: message ?? '' } };
}

/** The folder of the storage where resumes are. */
export const resumeFolder = 'resumes';

/** Where the storage is to keep a resume that a user uploads now. */
export const newStorageKey = (userId: number): string => `${resumeFolder}/${userId}/${randomUUID()}`;

/** Creates the row of an uploaded resume, not analysed yet. Returns its id. */
export async function createResume(
  transaction: Transaction<Database>,
  { userId, storageKey, fileName, contentType, bytes, sha256 }: UploadedResume & { userId: number; storageKey: string },
): Promise<number> {
  const { id } = await transaction
    .insertInto('resumes')
    .values({
      user_id: userId,
      storage_key: storageKey,
      file_name: fileName,
      content_type: contentType,
      size_bytes: bytes,
      sha256,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

const resumesOf = (db: Kysely<Database>, userId: number) =>
  db.selectFrom('resumes').where('user_id', '=', userId).where('deleted_at', 'is', null);

/** One page of a user's resumes, newest first, with how many there are. Pages count from 1. */
export async function listResumes(
  db: Kysely<Database>,
  userId: number,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ items: ResumeSummary[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    resumesOf(db, userId)
      .select(summaryColumns)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    resumesOf(db, userId)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map(withFailure), total };
}

/** A user's resume with its analysis. Throws RESUME_NOT_FOUND, also for another user's and a deleted one. */
export async function getResume(db: Kysely<Database>, userId: number, resumeId: number): Promise<Resume> {
  const row = await resumesOf(db, userId)
    .select([...summaryColumns, 'page_count as pageCount', 'language'])
    .select(({ ref }) => ref('analysis').$castTo<Resume['analysis']>().as('analysis'))
    .where('id', '=', resumeId)
    .executeTakeFirst();
  if (!row) throw coded('RESUME_NOT_FOUND', { resumeId });
  return withFailure(row);
}

/** Where a user's resume is stored, and what it is. Throws RESUME_NOT_FOUND, as `getResume`. */
export async function findFile(
  db: Kysely<Database>,
  userId: number,
  resumeId: number,
): Promise<{ storageKey: string; fileName: string; contentType: string }> {
  const row = await resumesOf(db, userId)
    .select(['storage_key as storageKey', 'file_name as fileName', 'content_type as contentType'])
    .where('id', '=', resumeId)
    .executeTakeFirst();
  if (!row) throw coded('RESUME_NOT_FOUND', { resumeId });
  return row;
}

/** After so long an analysis that has not ended never will: its task was purged or revoked. */
const patience = sql`interval '1 hour'`;

/**
 * Makes a user's resume ready to be read and analysed anew; what is known of it stays until then. Throws RESUME_NOT_FOUND, and
 * RESUME_BUSY while an analysis that was asked for in the last hour has not ended.
 */
export async function reopenResume(transaction: Transaction<Database>, userId: number, resumeId: number): Promise<void> {
  const resume = await resumesOf(transaction, userId)
    .select(sql<boolean>`status IN ('pending', 'processing') AND requested_at > now() - ${patience}`.as('isBusy'))
    .where('id', '=', resumeId)
    .forUpdate()
    .executeTakeFirst();
  if (!resume) throw coded('RESUME_NOT_FOUND', { resumeId });
  if (resume.isBusy) throw coded('RESUME_BUSY', { resumeId });
  await transaction
    .updateTable('resumes')
    .set({ status: 'pending', failure_code: null, failure_message: null, extracted_text: null, requested_at: sql`now()` })
    .where('id', '=', resumeId)
    .execute();
}

/** Marks a user's resume as deleted; `cleanup_old_resumes` removes it for good. Throws RESUME_NOT_FOUND. */
export async function deleteResume(db: Kysely<Database>, userId: number, resumeId: number): Promise<void> {
  const { numUpdatedRows } = await markDeleted(db, userId).where('id', '=', resumeId).executeTakeFirst();
  if (numUpdatedRows === 0n) throw coded('RESUME_NOT_FOUND', { resumeId });
}

/** Marks all resumes of a user as deleted. */
export async function deleteResumesOf(db: Kysely<Database>, userId: number): Promise<void> {
  await markDeleted(db, userId).execute();
}

const markDeleted = (db: Kysely<Database>, userId: number) =>
  db.updateTable('resumes').set({ deleted_at: sql`now()` }).where('user_id', '=', userId).where('deleted_at', 'is', null);
