import { type Handler, handle, type TaskError } from '../taskkit/index.js';
import {
  analyzeResumeAsync,
  analyzeResumesChunk,
  batchAnalyzeResumes,
  cleanupOldResumes,
  extractResumeTextAsync,
} from '../tasks/resumes.js';
import { runAnalysis } from './analysis.js';
import { analyzeAll, analyzeChunk } from './batch.js';
import { cleanUpResumes } from './clean-up.js';
import { recordFailure } from './failure.js';
import { createKnownSkills } from './known-skills.js';
import { extractResume, type ReadingDependencies } from './text.js';

/** The handlers of the resume tasks. `clock` tells the present, where jobs that are held now end. */
export function resumeHandlers(dependencies: ReadingDependencies): Handler[] {
  const { db, clock } = dependencies;
  const knownSkills = createKnownSkills(db, clock);
  const versionIf = async (outdated = false) => (outdated ? (await knownSkills()).version : undefined);
  const onFailure = ({ resumeId }: { resumeId: number }, error: TaskError) => recordFailure(db, resumeId, error);
  return [
    handle(extractResumeTextAsync, ({ resumeId }, context) => extractResume(dependencies, resumeId, context), onFailure),
    handle(
      analyzeResumeAsync,
      ({ resumeId }, context) => runAnalysis({ ...dependencies, knownSkills }, resumeId, context),
      onFailure,
    ),
    handle(batchAnalyzeResumes, async ({ outdated }, context) => analyzeAll(db, context, await versionIf(outdated))),
    handle(analyzeResumesChunk, async ({ outdated, ...range }, context) =>
      analyzeChunk(db, context, { range, version: await versionIf(outdated), clock }),
    ),
    handle(cleanupOldResumes, ({ days = 90 }, context) => cleanUpResumes(dependencies, { days, now: clock() }, context)),
  ];
}
