export { type EmbeddedOptions, type EmbeddedServer, embeddedStatus, startEmbedded, stopEmbedded } from './server.js';
