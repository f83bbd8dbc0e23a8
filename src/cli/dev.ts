import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { coded } from '../errors.js';
import type { Settings } from '../settings.js';
import { openServiceContext, print, serveUntilSignal } from './context.js';

interface Running {
  pid: number;
  api: string;
}

const noteOf = ({ stateDir }: Settings) => path.join(stateDir, 'running.json');

/** What runs here already: noted by a process that lives and whose API answers. */
async function findRunning(settings: Settings): Promise<Running | undefined> {
  try {
    const running = JSON.parse(readFileSync(noteOf(settings), 'utf8')) as Running;
    process.kill(running.pid, 0);
    const answer = await fetch(`${running.api}/healthz`, { signal: AbortSignal.timeout(3000) });
    return answer.ok ? running : undefined;
  } catch {
    // No note, a dead process, or no answer: whatever it was, it runs no more.
    return undefined;
  }
}

/** `dev`: everything in one process, for trying it out and for small installations. */
export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .description('run everything in one process: database, API, worker, beat and monitor')
    .option('-l, --loglevel <level>', 'debug, info, warning, error or critical')
    .action(async ({ loglevel }: { loglevel?: string }) => {
      const context = openServiceContext('dev', { LOG_LEVEL: loglevel });
      const { settings, log } = context;
      const running = await findRunning(settings);
      if (running) throw coded('ALREADY_RUNNING', { pid: running.pid, addresses: running.api });
      const { openApp } = await import('../app.js');
      const { mailboxFolder } = await import('../email/index.js');
      const { startAppApi, startAppBeat, startAppMonitor, startAppWorker } = await import('../services.js');
      const app = await openApp(settings, log);
      let noted = false;
      let stopBeat: (() => Promise<void>) | undefined;
      try {
        stopBeat = await startAppBeat(app);
        const api = await startAppApi(app);
        const monitor = await startAppMonitor(app);
        const worker = await startAppWorker(app);
        writeFileSync(noteOf(settings), JSON.stringify({ pid: process.pid, api: api.address } satisfies Running));
        noted = true;
        print(
          [
            '',
            'Journeyman runs.',
            `  API             ${api.address}/api`,
            `  documentation   ${api.address}/docs`,
            `  monitor         ${monitor.address}`,
            `  mail            ${settings.emailUrl ? 'sent through EMAIL_URL' : mailboxFolder(settings.stateDir)}`,
            `  queues          ${app.broker.address}`,
            `  database        ${app.databasePlace}`,
            '  stop            Ctrl-C',
            '',
          ].join('\n'),
        );
        await serveUntilSignal(context, async (grace) => {
          await api.close();
          await monitor.close();
          await worker.stop(grace);
        });
      } finally {
        await stopBeat?.();
        if (noted) rmSync(noteOf(settings), { force: true });
        await app.close();
      }
    });
}
