import type { Command } from 'commander';
import { openApp, startAppApi, startAppWorker } from '../app.js';
import { coded } from '../errors.js';
import { isQueueName } from '../taskkit/index.js';
import { type Flags, openServiceContext, serveUntilSignal } from './context.js';

function queueList(text: string): string[] {
  const names = text.split(',').map((part) => part.trim());
  if (names.every(isQueueName)) return names;
  throw coded('COMMAND_FAILED', { reason: `--queues is "${text}", which is not what it takes: names such as email,resume` });
}

interface WorkerFlags {
  loglevel?: string;
  queues?: string[];
  concurrency?: string;
  hostname?: string;
}

/** The commands that run until they are told to stop: `worker` and `api`. */
export function addServiceCommands(program: Command): void {
  program
    .command('worker')
    .description('run tasks from the queues until a signal says stop')
    .option('-l, --loglevel <level>', 'debug, info, warning, error or critical')
    .option('-Q, --queues <names>', 'serve only these queues, separated by commas', queueList)
    .option('-c, --concurrency <number>', 'tasks of each queue at once')
    .option('-n, --hostname <name>', 'what this worker is called')
    .action(async ({ loglevel, queues, concurrency, hostname }: WorkerFlags) => {
      const flags = { LOG_LEVEL: loglevel, CELERY_WORKER_CONCURRENCY: concurrency };
      const context = openServiceContext(hostname ?? 'worker', flags);
      const app = await openApp(context.settings, context.log);
      try {
        const worker = await startAppWorker(app, { queues, name: hostname });
        await serveUntilSignal(context, (grace) => worker.stop(grace));
      } finally {
        await app.close();
      }
    });

  program
    .command('api')
    .description('answer HTTP requests until a signal says stop')
    .option('-l, --loglevel <level>', 'debug, info, warning, error or critical')
    .option('--host <address>', 'the address to listen on')
    .option('-p, --port <number>', 'the port to listen on; 0 takes a free one')
    .action(async ({ loglevel, host, port }: Record<string, string | undefined>) => {
      const flags: Flags = { LOG_LEVEL: loglevel, API_HOST: host, API_PORT: port };
      const context = openServiceContext('api', flags);
      const app = await openApp(context.settings, context.log);
      try {
        const api = await startAppApi(app);
        await serveUntilSignal(context, () => api.close());
      } finally {
        await app.close();
      }
    });
}
