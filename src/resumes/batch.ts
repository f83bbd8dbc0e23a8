import { type Kysely, type RawBuilder, sql } from 'kysely';
import { inChunks, type KeyRange, keyRanges } from '../batch.js';
import type { Database } from '../db/schema.js';
import type { Outcome, TaskContext } from '../taskkit/index.js';
import { analyzeResumeAsync, analyzeResumesChunk } from '../tasks/resumes.js';

/** How many resumes one chunk has analysed. */
const chunkSize = 200;

/** Resumes that somebody has just uploaded come first. */
const lowestPriority = 9;

const isPending = sql<boolean>`(status = 'pending' AND extracted_text IS NULL AND deleted_at IS NULL)`;

const isOutdated = (version: string) =>
  sql<boolean>`(status = 'completed' AND deleted_at IS NULL AND analysis_version IS DISTINCT FROM ${version})`;

/** Does the task `batch_analyze_resumes`. `version` is that of an analysis made now; undefined leaves the completed ones alone. */
export async function analyzeAll(db: Kysely<Database>, context: TaskContext, version: string | undefined) {
  const totals = await inChunks(context, async () => {
    const chosen: RawBuilder<boolean> = version === undefined ? isPending : sql`(${isPending} OR ${isOutdated(version)})`;
    const ranges = await keyRanges(db, sql`SELECT id FROM resumes WHERE ${chosen}`, chunkSize);
    return ranges.map((range) => analyzeResumesChunk.s({ ...range, outdated: version !== undefined }));
  });
  return { resumes: 0, analyzed: 0, skipped: 0, failed: 0, ...totals };
}

/** Does the task `analyze_resumes_chunk`: enqueues an analysis for each resume of the range, and counts how they ended. */
export async function analyzeChunk(
  db: Kysely<Database>,
  { group }: TaskContext,
  { range, version, clock }: { range: KeyRange; version: string | undefined; clock: () => Date },
) {
  const outcomes = await group(async () => {
    if (version !== undefined) await reopenOutdated(db, range, version, clock());
    const ids = await pendingIn(db, range);
    return ids.map((resumeId) => analyzeResumeAsync.s({ resumeId }).set({ priority: lowestPriority }));
  });
  const counts = { resumes: outcomes.length, analyzed: 0, skipped: 0, failed: 0 };
  for (const outcome of outcomes) counts[endOf(outcome)] += 1;
  return counts;
}

function endOf(outcome: Outcome): 'analyzed' | 'skipped' | 'failed' {
  if ('error' in outcome) return 'failed';
  const { result } = outcome;
  return typeof result === 'object' && result !== null && 'skipped' in result ? 'skipped' : 'analyzed';
}

/** Makes outdated resumes pending, so that a chunk that is broken off leaves them to the next batch. Their analyses stay until then. */
async function reopenOutdated(db: Kysely<Database>, { fromId, toId }: KeyRange, version: string, now: Date): Promise<void> {
  await db
    .updateTable('resumes')
    .set({ status: 'pending', extracted_text: null, requested_at: now })
    .where('id', '>=', fromId)
    .where('id', '<=', toId)
    .where(isOutdated(version))
    .execute();
}

async function pendingIn(db: Kysely<Database>, { fromId, toId }: KeyRange): Promise<number[]> {
  const rows = await db
    .selectFrom('resumes')
    .select('id')
    .where('id', '>=', fromId)
    .where('id', '<=', toId)
    .where(isPending)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
