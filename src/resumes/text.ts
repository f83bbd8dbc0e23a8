import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import type { FileStorage } from '../storage.js';
import type { TaskContext } from '../taskkit/index.js';
import type { FileFacts } from './analyze/index.js';
import type { Extractor } from './extract/extractor.js';
import { detectLanguage } from './extract/language.js';
import { loadResume, type ResumeRow, saveText } from './queries.js';

export interface ReadingDependencies {
  db: Kysely<Database>;
  storage: FileStorage;
  extractor: Extractor;
  clock: () => Date;
}

/** A resume's text, with what else its file tells. */
interface ResumeText {
  text: string;
  language: string | null;
  file: FileFacts;
}

/** A resume's text: the saved one, or read from its file and saved. */
export async function textOf(
  { db, storage, extractor, clock }: ReadingDependencies,
  { id, storageKey, text, language, pages, truncated, hiddenCharacters }: ResumeRow,
  signal: AbortSignal,
): Promise<ResumeText> {
  if (text !== null) {
    const hidden = hiddenCharacters === null ? null : { characters: hiddenCharacters };
    return { text, language, file: { pages, truncated, hidden } };
  }
  const extraction = await extractor.extract(await storage.read(storageKey), signal);
  const detected = detectLanguage(extraction.text);
  await saveText(db, id, extraction, detected, clock());
  const hidden = extraction.hidden ? { characters: extraction.hidden.characters } : null;
  return {
    text: extraction.text,
    language: detected,
    file: { pages: extraction.pages, truncated: extraction.truncated, hidden },
  };
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
