import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import type { FileStorage } from '../storage.js';
import type { TaskContext } from '../taskkit/index.js';
import type { FileFacts } from './analyze/index.js';
import type { Extraction } from './extract/extract-text.js';
import type { ResumeReader } from './guard/reader.js';
import { loadResume, type ResumeRow, saveText } from './queries.js';

export interface ReadingDependencies {
  db: Kysely<Database>;
  storage: FileStorage;
  reader: ResumeReader;
  clock: () => Date;
}

/** A resume's text, with what else its file tells. */
interface ResumeText {
  text: string;
  language: string | null;
  file: FileFacts;
}

/** What an analysis is told of the file. */
export const fileFactsOf = ({ pages, truncated, recognized, hidden }: Extraction): FileFacts => ({
  pages,
  truncated,
  recognized,
  hidden: hidden && { characters: hidden.characters },
});

/** A resume's text: the saved one, or read from its file and saved. */
export async function textOf(
  { db, storage, reader, clock }: ReadingDependencies,
  { id, storageKey, text, language, pages, truncated, recognized, hiddenCharacters }: ResumeRow,
  signal: AbortSignal,
): Promise<ResumeText> {
  if (text !== null) {
    const hidden = hiddenCharacters === null ? null : { characters: hiddenCharacters };
    return { text, language, file: { pages, truncated, recognized, hidden } };
  }
  const extraction = await reader.extract(await storage.read(storageKey), signal);
  await saveText(db, id, extraction, clock());
  return { text: extraction.text, language: extraction.language, file: fileFactsOf(extraction) };
}

/** Does the task `extract_resume_text_async`. */
export async function extractResume(dependencies: ReadingDependencies, resumeId: number, { signal }: TaskContext) {
  const resume = await loadResume(dependencies.db, resumeId);
  const { text, pages, language } = resume;
  const saved = { resumeId, characters: text?.length ?? 0, pages, language };
  if (resume.isDeleted) return { ...saved, skipped: 'deleted' };
  if (text !== null) return { ...saved, skipped: 'already extracted' };
  const read = await textOf(dependencies, resume, signal);
  return { resumeId, characters: read.text.length, pages: read.file.pages, language: read.language };
}
