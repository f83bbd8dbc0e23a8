export { analyzeResume } from './analyze-resume.js';
export { assessResume } from './score.js';
export { createSkillMatcher, type MatchableSkill, type SkillMatcher } from './skill-matcher.js';
export type { FileFacts, FoundSkill, ResumeAnalysis, ResumeFindings, SkillDemand, SkillGap } from './types.js';
