export { requireUser } from './authenticate.js';
