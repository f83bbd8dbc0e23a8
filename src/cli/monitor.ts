import type { Command } from 'commander';
import { openServiceContext, serveUntilSignal, useApp } from './context.js';

interface MonitorFlags {
  loglevel?: string;
  address?: string;
  port?: string;
  urlPrefix?: string;
  basicAuth?: string;
  readOnly?: boolean;
}

/** `monitor`: the pages where people watch the system and steer it. The options are Flower's. */
export function addMonitorCommand(program: Command): void {
  program
    .command('monitor')
    .alias('flower')
    .description('show tasks, workers and queues in the browser until a signal says stop')
    .option('-l, --loglevel <level>', 'debug, info, warning, error or critical')
    .option('--address <address>', 'the address to listen on')
    .option('-p, --port <number>', 'the port to listen on; 0 takes a free one')
    .option('--url-prefix <path>', 'below which path it is, for a proxy')
    .option('--basic-auth <user:password>', 'who may log in, several separated by commas; others on this machine can read it')
    .option('--read-only', 'only show, and refuse every action')
    .action(async ({ loglevel, address, port, urlPrefix, basicAuth, readOnly }: MonitorFlags) => {
      const context = openServiceContext('monitor', {
        LOG_LEVEL: loglevel,
        MONITOR_HOST: address,
        MONITOR_PORT: port,
        MONITOR_URL_PREFIX: urlPrefix,
        MONITOR_BASIC_AUTH: basicAuth,
        MONITOR_READ_ONLY: readOnly ? 'true' : undefined,
      });
      await useApp(context, async (app) => {
        const { startAppMonitor } = await import('../services.js');
        const monitor = await startAppMonitor(app);
        await serveUntilSignal(context, () => monitor.close());
      });
    });
}
