export { embeddedStatus, startEmbedded, stopEmbedded } from './server.js';
