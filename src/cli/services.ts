import type { Command } from 'commander';
import { coded } from '../errors.js';
import { type Flags, openServiceContext, serveUntilSignal, useApp } from './context.js';
import { type ChildLimits, startFleet, superviseSelf } from './processes.js';

/** The names that the option `--queues` gives. Throws COMMAND_FAILED for one that no queue can have. */
async function queueList(text: string): Promise<string[]> {
  const { isQueueName } = await import('../taskkit/index.js');
  const names = text.split(',').map((part) => part.trim());
  if (names.every(isQueueName)) return names;
  throw coded('COMMAND_FAILED', { reason: `--queues is "${text}", which is not what it takes: names such as email,resume` });
}

/** Reads an option that takes a whole number above 0. */
const wholeNumber = (option: string) => (text: string) => {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw coded('COMMAND_FAILED', { reason: `${option} is "${text}", which is not what it takes: a whole number above 0` });
};

interface WorkerFlags extends ChildLimits {
  loglevel?: string;
  queues?: string;
  concurrency?: string;
  hostname?: string;
  beat?: boolean;
  celery?: boolean;
  processes?: number;
}

/** The command line of a worker process under this one. */
function childArguments(
  name: string,
  { loglevel, queues, concurrency, celery, maxTasksPerChild, maxMemoryPerChild }: WorkerFlags,
) {
  const options = {
    hostname: name,
    loglevel,
    queues,
    concurrency,
    'max-tasks-per-child': maxTasksPerChild,
    'max-memory-per-child': maxMemoryPerChild,
  };
  return [
    'worker',
    ...(celery ? ['--celery'] : []),
    ...Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}=${value}`])),
  ];
}

/** The commands that run until they are told to stop: `worker` and `api`. */
export function addServiceCommands(program: Command): void {
  program
    .command('worker')
    .description('run tasks from the queues until a signal says stop')
    .option('-l, --loglevel <level>', 'debug, info, warning, error or critical')
    .option('-Q, --queues <names>', 'serve only these queues, separated by commas')
    .option('-c, --concurrency <number>', 'tasks of each queue at once')
    .option('-n, --hostname <name>', 'what this worker is called')
    .option('-B, --beat', 'also send the tasks of the schedule')
    .option('--celery', 'also take tasks from Celery’s queues, as "bridge" does')
    .option('--processes <number>', 'so many worker processes, under one that starts them again', wholeNumber('--processes'))
    .option(
      '--max-tasks-per-child <number>',
      'with --processes: replace one after so many tasks',
      wholeNumber('--max-tasks-per-child'),
    )
    .option('--max-memory-per-child <KiB>', 'with --processes: replace one that uses more', wholeNumber('--max-memory-per-child'))
    .action(async (given: WorkerFlags) => {
      const { loglevel, concurrency, hostname, beat, celery, processes } = given;
      const flags = { LOG_LEVEL: loglevel, CELERY_WORKER_CONCURRENCY: concurrency };
      const observe = processes ? undefined : superviseSelf(given);
      const context = openServiceContext(hostname ?? 'worker', flags);
      const queues = given.queues === undefined ? undefined : await queueList(given.queues);
      await useApp(context, async (app) => {
        const { startAppBeat, startAppWorker, workerName } = await import('../services.js');
        const stopBeat = beat ? await startAppBeat(app) : undefined;
        try {
          const worker = processes
            ? startFleet(hostname ?? workerName(), processes, (name) => childArguments(name, given), context.log)
            : await startAppWorker(app, { queues, name: hostname, observe, celery });
          await serveUntilSignal(context, (grace) => worker.stop(grace));
        } finally {
          await stopBeat?.();
        }
      });
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
      await useApp(context, async (app) => {
        const { startAppApi } = await import('../services.js');
        const api = await startAppApi(app);
        await serveUntilSignal(context, () => api.close());
      });
    });
}
