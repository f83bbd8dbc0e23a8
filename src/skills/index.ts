export { taxonomy } from './taxonomy.js';
export type { SkillDefinition } from './types.js';
