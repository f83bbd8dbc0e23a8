import type { Command } from 'commander';
import type { App } from '../app.js';
import { coded } from '../errors.js';
import type { ControlCommand } from '../taskkit/index.js';
import { print, withApp } from './context.js';
import type { AskFlags } from './workers.js';

/** `inspect`, which asks workers what they do, and `control`, which tells them what to do. The names are Celery's. */
export function addControlCommands(program: Command): void {
  const inspect = addGroup(program, 'inspect', 'ask the workers what they do');
  const question = (usage: string, description: string, toCommand: (...args: string[][]) => ControlCommand) =>
    addMethod(inspect, usage, description, async (app, flags, ...args) =>
      (await import('./workers.js')).askAndReport(app, toCommand(...(args as string[][])), flags),
    );
  question('ping', 'whether they answer', () => ({ name: 'ping' }));
  question('active', 'the tasks that run', () => ({ name: 'active' }));
  question('reserved', 'the tasks that wait in their queues, the first 50 of each', () => ({ name: 'reserved' }));
  question('scheduled', 'the tasks that wait for a time, the first 50 of each queue', () => ({ name: 'scheduled' }));
  question('registered', 'the tasks they can run', () => ({ name: 'registered' }));
  question('stats', 'what they have done, and what they use', () => ({ name: 'stats' }));
  question('active_queues', 'the queues they serve', () => ({ name: 'active_queues' }));
  question('query_task <id...>', 'those of the tasks that they run or that wait in their queues', (ids) => ({
    name: 'query_task',
    ids: ids!,
  }));
  question('conf', 'their settings, without secrets', () => ({ name: 'conf' }));

  const control = addGroup(program, 'control', 'tell the workers what to do');
  addMethod(control, 'revoke <id...>', 'run a task no more', async (app, flags, ids) =>
    (await import('./workers.js')).revoke(app, ids as string[], flags),
  ).option('--terminate', 'also end it when it runs');
  const order = (
    usage: string,
    description: string,
    toCommand: (...args: string[]) => ControlCommand | Promise<ControlCommand>,
  ) =>
    addMethod(control, usage, description, async (app, flags, ...args) =>
      (await import('./workers.js')).askAndReport(app, await toCommand(...(args as string[])), flags),
    );
  order(
    'rate_limit <task> <rate>',
    'start a task no oftener on each of them; 10/s, 100/m or 1000/h, 0 lifts it',
    async (task, rate) => ({
      name: 'rate_limit',
      task: await taskNamed(task!),
      rate: rate === '0' ? null : rate!,
    }),
  );
  order('time_limit <task> <soft> <hard>', "the limits of a task's runs, in seconds", async (task, soft, hard) => {
    const limits = { soft: numberFrom('<soft>', soft), hard: numberFrom('<hard>', hard) };
    if (limits.soft > limits.hard)
      throw coded('COMMAND_FAILED', { reason: `the soft limit ${soft} is over the hard one ${hard}` });
    return { name: 'time_limit', task: await taskNamed(task!), ...limits };
  });
  order('pool_grow [n]', 'run n more tasks of each queue at once', (n) => ({ name: 'pool_grow', n: countFrom(n) }));
  order('pool_shrink [n]', 'run n fewer tasks of each queue at once', (n) => ({ name: 'pool_shrink', n: countFrom(n) }));
  order('add_consumer <queue>', 'serve a queue too', async (queue) => {
    const { isQueueName } = await import('../taskkit/index.js');
    if (!isQueueName(queue!)) throw coded('COMMAND_FAILED', { reason: `"${queue}" is no name of a queue` });
    return { name: 'add_consumer', queue: queue! };
  });
  order('cancel_consumer <queue>', 'serve a queue no more', (queue) => ({ name: 'cancel_consumer', queue: queue! }));
  order('shutdown', 'shut down warmly', () => ({ name: 'shutdown' }));
  addMethod(control, 'pause <queue>', 'let no worker take tasks from a queue', async (app, _, queue) => {
    await (await import('./known.js')).assertQueues(app, [queue as string]);
    await app.broker.pauseQueue(queue as string);
    print(`Queue ${queue} is paused. Resume it with "journeyman control resume ${queue}".`);
  });
  addMethod(control, 'resume <queue>', 'let workers take its tasks again', async (app, _, queue) => {
    await (await import('./known.js')).assertQueues(app, [queue as string]);
    await app.broker.resumeQueue(queue as string);
    print(`Queue ${queue} is served again.`);
  });
}

type Argument = string | string[] | undefined;

const addGroup = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .option('-d, --destination <names>', 'only these workers, separated by commas')
    .option('-t, --timeout <seconds>', 'how long to wait for their answers', '1')
    .option('-j, --json', 'print the answers as JSON');

/** Adds one of a group's commands, which takes the group's options before and after its name. */
function addMethod(
  group: Command,
  usage: string,
  description: string,
  act: (app: App, flags: AskFlags & { terminate?: boolean }, ...args: Argument[]) => Promise<void>,
): Command {
  return group
    .command(usage)
    .description(description)
    .action((...given) => {
      const command = given.pop() as Command;
      const args = given.slice(0, -1) as Argument[];
      return withApp(group.name(), (app) => act(app, command.optsWithGlobals(), ...args));
    });
}

/** The full name of a task that may be called by a part of it. Throws TASK_UNKNOWN. */
const taskNamed = async (name: string) => (await import('../taskkit/index.js')).findTask(name).taskName;

function numberFrom(argument: string, text: string | undefined): number {
  const value = Number(text);
  if (value > 0) return value;
  throw coded('COMMAND_FAILED', { reason: `${argument} is ${text}, which is not a number above 0` });
}

function countFrom(text = '1'): number {
  const value = numberFrom('<n>', text);
  if (Number.isInteger(value)) return value;
  throw coded('COMMAND_FAILED', { reason: `<n> is ${text}, which is not a whole number` });
}
