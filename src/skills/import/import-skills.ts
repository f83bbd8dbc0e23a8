import { createReadStream } from 'node:fs';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.js';
import { coded } from '../../errors.js';
import { type ImportedSkill, type ImportFormat, importFormats, type RowReader } from './formats.js';
import { readRows } from './read-rows.js';
import { saveBatch, startImport } from './save.js';

export interface ImportReport {
  /** Rows read, without the names of the columns. */
  rows: number;
  added: number;
  updated: number;
  /** Rows of skills that were there: built in, imported before and the same, or known by this name as another skill. */
  known: number;
  /** Aliases left out, because they belong to another skill. */
  aliasesTaken: number;
  /** Rows left out, by reason. */
  skipped: Record<string, number>;
  faults: number;
  /** The first of the faulty rows. */
  faultyRows: { line: number; reason: string }[];
}

const batchSize = 500;
const maxFaultyRows = 20;

class DryRun extends Error {}

/**
 * Imports the skills of a file, all or nothing. Built-in skills are left as they are; an alias belongs to the skill that had
 * it first. Importing a file twice changes nothing. Memory does not grow with the file.
 *
 * Throws COMMAND_FAILED when the file cannot be read or is of another format.
 *
 * @param dryRun Only report; nothing is saved.
 */
export async function importSkills(
  db: Kysely<Database>,
  { file, format, dryRun }: { file: string; format: ImportFormat; dryRun: boolean },
): Promise<ImportReport> {
  const report: ImportReport = {
    rows: 0,
    added: 0,
    updated: 0,
    known: 0,
    aliasesTaken: 0,
    skipped: {},
    faults: 0,
    faultyRows: [],
  };
  const run = db.transaction().execute(async (trx) => {
    await startImport(trx);
    for await (const batch of batchesOf(file, format, report)) {
      const saved = await saveBatch(trx, format, batch);
      for (const key of ['added', 'updated', 'known', 'aliasesTaken'] as const) report[key] += saved[key];
    }
    if (dryRun) throw new DryRun();
  });
  await run.catch((error: NodeJS.ErrnoException) => {
    if (error instanceof DryRun) return;
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EISDIR')
      throw coded('COMMAND_FAILED', { reason: `${file} cannot be read: ${error.message}.` }, { cause: error });
    throw error;
  });
  return report;
}

/** Reads the file's skills in batches, and counts the rows that are none. Rows of one skill are put together. */
async function* batchesOf(file: string, format: ImportFormat, report: ImportReport): AsyncGenerator<ImportedSkill[]> {
  let read: RowReader | undefined;
  let batch = new Map<string, ImportedSkill>();
  for await (const { line, fields } of readRows(createReadStream(file, 'utf8'))) {
    if (!read) {
      read = importFormats[format](fields);
      continue;
    }
    if (fields.length === 1 && fields[0] === '') continue;
    report.rows++;
    const result = read(fields);
    if ('fault' in result) {
      report.faults++;
      if (report.faultyRows.length < maxFaultyRows) report.faultyRows.push({ line, reason: result.fault });
    } else if ('skipped' in result) {
      report.skipped[result.skipped] = (report.skipped[result.skipped] ?? 0) + 1;
    } else {
      const { skill } = result;
      const same = batch.get(skill.slug);
      if (same) report.known++;
      if (same) same.aliases.push(...skill.aliases);
      else batch.set(skill.slug, skill);
      if (batch.size === batchSize) {
        yield [...batch.values()];
        batch = new Map();
      }
    }
  }
  if (!read) throw coded('COMMAND_FAILED', { reason: `${file} is empty.` });
  if (batch.size > 0) yield [...batch.values()];
}
