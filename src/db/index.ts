export { createDatabase, type DatabaseOptions, isConnectionFault, waitForDatabase } from './database.js';
export { type EmbeddedOptions, type EmbeddedServer, embeddedStatus, startEmbedded, stopEmbedded } from './embedded/index.js';
export { assertMigrated, migrate } from './migrate.js';
export { createOutbox } from './outbox.js';
export type { Database } from './schema.js';
