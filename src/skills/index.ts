export { taxonomy } from './taxonomy.js';
