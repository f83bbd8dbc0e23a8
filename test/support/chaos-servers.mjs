/** The servers of the chaos test, each of its own, which can be restarted and keep their data. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbedded, stopEmbedded } from '#src/db/embedded/index.js';
import { migrate } from '#src/db/migrate.js';
import { migrateBroker } from '#src/taskkit/index.js';
import { startRedis } from './redis.mjs';

const quiet = { info: () => undefined, warn: () => undefined };

/** The servers for one broker: `{ databaseUrl, brokerUrl, restarts, stop }`, migrated. `restarts` are what may be broken. */
export async function startServers(kind) {
  const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-chaos-'));
  // Root's server runs as another user, who has to pass through.
  chmodSync(folder, 0o711);
  const options = { folder, fallbackFolder: path.join(folder, 'fallback'), log: quiet };
  const { url: databaseUrl } = await startEmbedded(options);
  const restarts = {
    async postgres() {
      await stopEmbedded(folder, options.fallbackFolder);
      await startEmbedded(options);
    },
  };
  const redis = kind === 'redis' ? await startRedis() : undefined;
  if (redis) restarts.redis = redis.restart;
  const brokerUrl = redis?.url ?? databaseUrl;
  await migrate(databaseUrl);
  await migrateBroker(brokerUrl);
  return {
    databaseUrl,
    brokerUrl,
    restarts,
    async stop() {
      await redis?.stop();
      await stopEmbedded(folder, options.fallbackFolder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
