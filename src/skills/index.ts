export type { ImportFormat } from './import/formats.js';
export { importSkills } from './import/import-skills.js';
export { taxonomy } from './taxonomy.js';
