import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import type { FileStorage } from '../storage.js';
import { type Handler, handle, type TaskContext, type TaskError } from '../taskkit/index.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { analyzeResumeAsync, extractResumeTextAsync } from '../tasks/resumes.js';
import { analyzeResume, type ResumeAnalysis, type SkillMatcher } from './analyze/index.js';
import type { Extractor } from './extract/extractor.js';
import { detectLanguage } from './extract/language.js';
import { recordFailure } from './failure.js';
import { createMatcherSource } from './matcher-source.js';
import { profileSkills } from './proficiency.js';
import {
  completeResume,
  findSkillGaps,
  loadResume,
  lockResume,
  markProcessing,
  type ResumeRow,
  recordAnalysis,
  type SkillGap,
  saveText,
  syncSkills,
} from './queries.js';

export interface ResumeDependencies {
  db: Kysely<Database>;
  storage: FileStorage;
  extractor: Extractor;
  clock: () => Date;
}

/** A resume's text: the saved one, or read from its file and saved. */
async function textOf(
  { db, storage, extractor, clock }: ResumeDependencies,
  { id, storageKey, text, pages, language }: ResumeRow,
  signal: AbortSignal,
) {
  if (text !== null) return { text, pages, language };
  const extraction = await extractor.extract(await storage.read(storageKey), signal);
  const detected = detectLanguage(extraction.text);
  await saveText(db, id, extraction, detected, clock());
  return { text: extraction.text, pages: extraction.pages, language: detected };
}

async function extractResume(dependencies: ResumeDependencies, resumeId: number, { signal }: TaskContext) {
  const resume = await loadResume(dependencies.db, resumeId);
  const result = ({ text, pages, language }: Pick<ResumeRow, 'text' | 'pages' | 'language'>) => ({
    resumeId,
    characters: text?.length ?? 0,
    pages,
    language,
  });
  if (resume.isDeleted) return { ...result(resume), skipped: 'deleted' };
  if (resume.text !== null) return { ...result(resume), skipped: 'already extracted' };
  return result(await textOf(dependencies, resume, signal));
}

/** Leaves what follows from an analysis in the outbox. The ids make a doubled message collapse. */
async function announce(
  transaction: Transaction<Database>,
  { id, userId, fileName }: ResumeRow,
  { found, added, score }: { found: number; added: number; score: number },
): Promise<void> {
  await checkUserAchievements.delayOnCommit(transaction, { userId }, { taskId: `resume-${id}-achievements` });
  await sendNotificationAsync.delayOnCommit(
    transaction,
    {
      userId,
      notificationType: 'resume_analyzed',
      title: 'Your resume has been analyzed',
      message: `${fileName} scored ${score} of 100. Skills found: ${found}, new in your profile: ${added}.`,
    },
    { taskId: `resume-${id}-notification` },
  );
}

const skipped = (resume: ResumeRow) => ({
  resumeId: resume.id,
  userId: resume.userId,
  skills: 0,
  skillsAdded: 0,
  score: resume.score ?? 0,
  skipped: resume.isDeleted ? 'deleted' : 'already analysed',
});

const isSettled = ({ status, isDeleted }: ResumeRow) => status === 'completed' || isDeleted;

/** Saves everything an analysis leads to, all or nothing; of two at once the second finds the work done. */
async function save(
  transaction: Transaction<Database>,
  resumeId: number,
  analysis: ResumeAnalysis & { gaps: SkillGap[] },
  now: Date,
) {
  const resume = await lockResume(transaction, resumeId);
  if (isSettled(resume)) return skipped(resume);
  const { userId } = resume;
  const score = analysis.score.total;
  await completeResume(transaction, resumeId, analysis, now);
  const added = await syncSkills(transaction, userId, profileSkills(analysis.skills));
  await recordAnalysis(transaction, { userId, resumeId, now });
  await announce(transaction, resume, { found: analysis.skills.length, added, score });
  return { resumeId, userId, skills: analysis.skills.length, skillsAdded: added, score };
}

async function analyze(
  dependencies: ResumeDependencies,
  resumeId: number,
  { signal, progress }: TaskContext,
  matcherOf: () => Promise<SkillMatcher>,
) {
  const { db, clock } = dependencies;
  const step = (number: number, label: string) => progress({ step: number, of: 5, label });

  const resume = await loadResume(db, resumeId);
  if (isSettled(resume)) return skipped(resume);
  await markProcessing(db, resumeId);

  await step(1, 'Extracting the text');
  const { text } = await textOf(dependencies, resume, signal);
  await step(2, 'Analyzing');
  const now = clock();
  const analysis = analyzeResume(text, await matcherOf(), now);
  const held = analysis.skills.map(({ skillId }) => skillId);
  const gaps = await findSkillGaps(db, held, now);
  await step(3, 'Saving skills, achievements and notification');
  const result = await db.transaction().execute((transaction) => save(transaction, resumeId, { ...analysis, gaps }, now));
  await step(5, 'Done');
  return result;
}

/** The handlers of the resume tasks. `clock` tells the present, where jobs that are held now end. */
export function resumeHandlers(dependencies: ResumeDependencies): Handler[] {
  const { db, clock } = dependencies;
  const matcherOf = createMatcherSource(db, clock);
  const onFailure = ({ resumeId }: { resumeId: number }, error: TaskError) => recordFailure(db, resumeId, error);
  return [
    handle(extractResumeTextAsync, ({ resumeId }, context) => extractResume(dependencies, resumeId, context), onFailure),
    handle(analyzeResumeAsync, ({ resumeId }, context) => analyze(dependencies, resumeId, context, matcherOf), onFailure),
  ];
}
