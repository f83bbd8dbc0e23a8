import type { Command } from 'commander';
import { coded } from '../errors.js';
import type { ApplyAsyncOptions } from '../taskkit/index.js';
import { print, withApp } from './context.js';

/** Celery's exit code for "no node replied" (EX_UNAVAILABLE). */
export const unavailable = 69;

function parseJson<T>(option: string, text: string, isRight: (value: unknown) => boolean, example: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (isRight(value)) return value as T;
  } catch {
    // Said below, with an example.
  }
  throw coded('COMMAND_FAILED', { reason: `${option} is ${text}, which is not what it takes: JSON such as ${example}` });
}

interface CallFlags {
  args: string;
  kwargs: string;
  countdown?: string;
  eta?: string;
  expires?: string;
  priority?: string;
  queue?: string;
  wait?: boolean;
  timeout: string;
}

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

function callOptions({ countdown, eta, expires, priority, queue }: CallFlags): ApplyAsyncOptions {
  const options = {
    countdown: number(countdown),
    eta: eta === undefined ? undefined : new Date(eta),
    expires: number(expires),
    priority: number(priority),
    queue,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as ApplyAsyncOptions;
}

/** The commands that call tasks and ask what became of them. */
export function addTaskCommands(program: Command): void {
  program
    .command('call')
    .description('enqueue a task and print its id')
    .argument('<task>', 'its name, such as tasks.email_tasks.send_welcome_email')
    .option('-a, --args <json>', 'positional arguments, such as [1]', '[]')
    .option('-k, --kwargs <json>', 'arguments by name, such as {"user_id": 1}', '{}')
    .option('--countdown <seconds>', 'wait that long before it may run')
    .option('--eta <time>', 'do not run it before this time, such as 2030-01-31T12:00:00Z')
    .option('--expires <seconds>', 'do not start it any more after that long')
    .option('--priority <number>', '0 first … 9 last')
    .option('--queue <name>', 'the queue, whatever the routes say')
    .option('--wait', 'wait for the result and print it')
    .option('--timeout <seconds>', 'how long --wait waits', '60')
    .action(async (name: string, flags: CallFlags) => {
      const args = parseJson<unknown[]>('--args', flags.args, Array.isArray, '[1, "text"]');
      const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
      const kwargs = parseJson<Record<string, unknown>>('--kwargs', flags.kwargs, isObject, '{"user_id": 1}');
      const { argumentsFromCelery, findTask } = await import('../taskkit/index.js');
      await import('../tasks/index.js');
      const task = findTask(name);
      await withApp('call', async () => {
        const result = await task.applyAsync(argumentsFromCelery(task, args, kwargs) as never, callOptions(flags));
        print(result.id);
        if (flags.wait) print(JSON.stringify(await result.get({ timeout: Number(flags.timeout) }), null, 2));
      });
    });

  program
    .command('result')
    .description('print what is known of a task, once it has ended')
    .argument('<id>', "the task's id")
    .option('--timeout <seconds>', 'wait at most that long for its end', '60')
    .action(async (id: string, { timeout }: { timeout: string }) => {
      const seconds = Number(timeout);
      if (!(seconds >= 0)) throw coded('COMMAND_FAILED', { reason: `--timeout is ${timeout}, which is not a number from 0 up` });
      await withApp('result', async () => {
        const { AsyncResult } = await import('../taskkit/index.js');
        const result = new AsyncResult(id);
        if (!(await result.state())) throw coded('TASK_ID_UNKNOWN', { id });
        try {
          await result.get({ timeout: seconds });
        } finally {
          print(JSON.stringify(await result.state(), null, 2));
        }
      });
    });

  program
    .command('status')
    .description('list the workers that are online and what waits in the queues')
    .action(async () => {
      await withApp('status', async ({ db, broker, settings }) => {
        const { listWorkers } = await import('../db/workers.js');
        const { knownQueues } = await import('../services.js');
        const online = (await listWorkers(db)).filter((worker) => worker.online);
        for (const worker of online) print(`->  ${worker.name}: OK (process ${worker.pid}, queues ${worker.queues.join(', ')})`);
        print(
          online.length
            ? `\n${online.length} node${online.length > 1 ? 's' : ''} online.`
            : 'No node is online. Start one with "journeyman worker".',
        );
        const counts = await broker.counts();
        if (counts.length) print(`\n${'queue'.padEnd(16)} waiting  active delayed  failed`);
        for (const { queue, ...numbers } of counts) {
          print(
            `${queue.padEnd(16)}${Object.values(numbers)
              .map((value) => String(value).padStart(8))
              .join('')}`,
          );
        }
        const unserved = knownQueues(settings).filter((queue) => !online.some((worker) => worker.queues.includes(queue)));
        if (online.length && unserved.length) print(`\nNo worker serves ${unserved.join(', ')}.`);
        if (!online.length) process.exitCode = unavailable;
      });
    });
}
