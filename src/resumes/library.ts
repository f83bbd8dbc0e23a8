import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import type { ResumeAnalysis } from './analyze/index.js';
import type { SkillGap } from './queries.js';
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
  analysis: (ResumeAnalysis & { gaps: SkillGap[] }) | null;
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

/** Marks a user's resume as deleted; a periodic task removes it for good. Throws RESUME_NOT_FOUND. */
export async function deleteResume(db: Kysely<Database>, userId: number, resumeId: number): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('resumes')
    .set({ deleted_at: sql`now()` })
    .where('id', '=', resumeId)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw coded('RESUME_NOT_FOUND', { resumeId });
}
