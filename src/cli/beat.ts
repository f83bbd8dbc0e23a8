import type { Command } from 'commander';
import { openServiceContext, print, serveUntilSignal, useApp, withApp } from './context.js';
import type { ScheduleChange } from './schedule.js';

/** `beat`, and the commands that look at the schedule and change it. */
export function addBeatCommands(program: Command): void {
  program
    .command('beat')
    .description('send the tasks of the schedule when they are due, until a signal says stop')
    .option('-l, --loglevel <level>', 'debug, info, warning, error or critical')
    .action(async ({ loglevel }: { loglevel?: string }) => {
      const context = openServiceContext('beat', { LOG_LEVEL: loglevel });
      await useApp(context, async (app) => {
        const { startAppBeat } = await import('../services.js');
        await serveUntilSignal(context, await startAppBeat(app));
      });
    });

  const schedule = program
    .command('schedule')
    .description('list what runs by the clock, with its last and next run')
    .action(() => withApp('schedule', async (app) => (await import('./schedule.js')).listSchedule(app)));

  const addChange = (name: ScheduleChange, description: string) =>
    schedule
      .command(name)
      .description(description)
      .argument('<name>', "the entry's name")
      .action((entry: string) =>
        withApp('schedule', async (app) => print(await (await import('./schedule.js')).changeSchedule(app, name, entry))),
      );
  addChange('run', "send an entry's task now, beside its regular runs, and print its id");
  addChange('pause', "hold an entry's regular runs back");
  addChange('resume', 'let a paused entry run again');
}
