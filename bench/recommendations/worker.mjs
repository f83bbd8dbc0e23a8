/**
 * A worker as the platform runs it, for the recommendations only. Told what to do by its first message; tells its parent of `ready`, and
 * each time it is asked of the most memory it has had.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openApp } from '#src/app.js';
import { createLogger } from '#src/logging.js';
import { startAppWorker } from '#src/services.js';
import { resolveSettings } from '#src/settings.js';

const [{ url, name }] = await once(process, 'message');
const stateDir = mkdtempSync(path.join(tmpdir(), 'journeyman-bench-recommendations-'));
const settings = resolveSettings({
  flags: { DATABASE_URL: url, STATE_DIR: stateDir, CELERY_WORKER_CONCURRENCY: '2' },
});
const app = await openApp(settings, createLogger({ level: 'error', format: 'json', name: 'bench' }));
const running = await startAppWorker(app, { queues: ['recommendation'], name });
process.on('message', () => process.send({ type: 'memory', peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
process.send({ type: 'ready' });
await once(process, 'disconnect');
await running.stop(5);
await app.close();
rmSync(stateDir, { recursive: true, force: true });
