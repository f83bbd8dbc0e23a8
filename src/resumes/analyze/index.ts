export { analyzeResume } from './analyze-resume.js';
export { createSkillMatcher, type MatchableSkill, type SkillMatcher } from './skill-matcher.js';
export type { FoundSkill, ResumeAnalysis } from './types.js';
