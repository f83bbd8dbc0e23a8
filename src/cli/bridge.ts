import type { Command } from 'commander';
import { openServiceContext, serveUntilSignal, useApp } from './context.js';

/** The command `bridge`, which runs until it is told to stop. */
export function addBridgeCommand(program: Command): void {
  program
    .command('bridge')
    .description('take tasks from Celery’s queues, for our workers, until a signal says stop')
    .option('-l, --loglevel <level>', 'debug, info, warning, error or critical')
    .option('-Q, --queues <names>', 'take only from these queues of Celery’s, separated by commas')
    .action(async ({ loglevel, queues }: Record<string, string | undefined>) => {
      const context = openServiceContext('bridge', { LOG_LEVEL: loglevel, CELERY_BRIDGE_QUEUES: queues });
      await useApp(context, async (app) => {
        const { startAppBridge } = await import('../bridge-service.js');
        const bridge = await startAppBridge(app);
        await serveUntilSignal(context, () => bridge.stop());
      });
    });
}
