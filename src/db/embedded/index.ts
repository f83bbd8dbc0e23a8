export { type EmbeddedServer, embeddedStatus, startEmbedded, stopEmbedded } from './server.js';
