import type { Transaction } from 'kysely';
import { lockUser } from '../db/lock-user.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { delayAllOnCommit, type TaskContext } from '../taskkit/index.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { recommendationKinds, recommendSoon } from '../tasks/recommendations.js';
import { assessResume, type ResumeAnalysis } from './analyze/index.js';
import type { KnownSkills } from './known-skills.js';
import { profileSkills } from './proficiency.js';
import { completeResume, loadResume, lockResume, markProcessing, type ResumeRow, recordAnalysis } from './queries.js';
import { findSkillDemand, syncSkills } from './skill-queries.js';
import { type ReadingDependencies, textOf } from './text.js';

interface AnalysisDependencies extends ReadingDependencies {
  knownSkills: () => Promise<KnownSkills>;
}

type Step = (number: number, label: string) => Promise<void>;

const isSettled = ({ status, isDeleted }: ResumeRow) => status === 'completed' || isDeleted;

const skipped = (resume: ResumeRow) => ({
  resumeId: resume.id,
  userId: resume.userId,
  skills: 0,
  skillsAdded: 0,
  score: resume.score ?? 0,
  skipped: resume.isDeleted ? 'deleted' : 'already analysed',
});

/** Tells the owner in the outbox. An analysis that is made anew is told only when it comes out otherwise. */
async function notifyOwner(
  transaction: Transaction<Database>,
  { userId, fileName, score: before }: ResumeRow,
  { found, added, score }: { found: number; added: number; score: number },
): Promise<void> {
  if (before === score && added === 0) return;
  await sendNotificationAsync.delayOnCommit(transaction, {
    userId,
    notificationType: 'resume_analyzed',
    title: 'Your resume has been analyzed',
    message: `${fileName} scored ${score} of 100. Skills found: ${found}, new in your profile: ${added}.`,
  });
}

/** Saves everything an analysis leads to, all or nothing; of two at once the second finds the work done. */
async function save(
  transaction: Transaction<Database>,
  { id: resumeId, userId }: ResumeRow,
  { analysis, version, clock, step }: { analysis: ResumeAnalysis; version: string; clock: () => Date; step: Step },
) {
  await lockUser(transaction, userId);
  const resume = await lockResume(transaction, resumeId);
  if (!resume) throw coded('RESUME_NOT_FOUND', { resumeId });
  if (isSettled(resume)) return skipped(resume);
  const now = clock();
  const score = analysis.score.total;
  const found = analysis.skills.length;
  const isFirst = resume.score === null;

  await step(3, 'Syncing skills');
  await completeResume(transaction, resumeId, { analysis, version, now });
  const added = await syncSkills(transaction, userId, profileSkills(analysis.skills));
  if (isFirst) await recordAnalysis(transaction, { userId, resumeId, now });
  await step(4, 'Checking achievements');
  // Whoever waits for what follows the first analysis knows the id of the check.
  const taskId = `resume-${resumeId}-achievements${isFirst ? '' : `-${resume.requestedAt.getTime()}`}`;
  await checkUserAchievements.delayOnCommit(transaction, { userId }, { taskId });
  await step(5, 'Notifying');
  await notifyOwner(transaction, resume, { found, added, score });
  // As late as can be: a call for a time that has passed may be taken for one that has run.
  await delayAllOnCommit(transaction, recommendSoon(userId, recommendationKinds, clock()));
  return { resumeId, userId, skills: found, skillsAdded: added, score };
}

/** Does the task `analyze_resume_async`. What its steps 3 to 5 do is committed together, after the last of them. */
export async function runAnalysis(
  { knownSkills, ...dependencies }: AnalysisDependencies,
  resumeId: number,
  { signal, progress }: TaskContext,
) {
  const { db, clock } = dependencies;
  const step: Step = (number, label) => progress({ step: number, of: 5, label });

  const resume = await loadResume(db, resumeId);
  if (isSettled(resume)) return skipped(resume);
  await markProcessing(db, resumeId);

  await step(1, 'Extracting the text');
  const { text, file } = await textOf(dependencies, resume, signal);
  await step(2, 'Analyzing');
  const now = clock();
  const known = await knownSkills();
  const findings = await dependencies.reader.analyze({ text, file, now }, known, signal);
  const held = findings.skills.map(({ skillId }) => skillId);
  const analysis = assessResume(findings, await findSkillDemand(db, held, now));
  return db.transaction().execute((transaction) => save(transaction, resume, { analysis, version: known.version, clock, step }));
}
