import type { Command } from 'commander';
import { openContext, quiet } from '../context.js';

/** `demo`: the platform's main job on real files, from the sign-up to the mails, in a minute. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('sign up, upload resumes, have them analysed, and show what comes of it')
    .option('-l, --loglevel <level>', 'what the services log meanwhile; warning unless it is said')
    .action(async ({ loglevel }: { loglevel?: string }) => {
      const context = openContext('demo', { LOG_LEVEL: loglevel }, quiet);
      const { runDemo } = await import('./run.js');
      await runDemo(context);
    });
}
