import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { print, withApp } from './context.js';

interface PurgeFlags {
  force?: boolean;
  queues?: string;
}

/** `purge`: deletes what waits in the queues. */
export function addPurgeCommand(program: Command): void {
  program
    .command('purge')
    .description('delete the tasks that wait in the queues, for good; those that run or wait for a time stay')
    .option('-f, --force', 'do not ask first')
    .option('-Q, --queues <names>', 'only these queues, separated by commas')
    .action(({ force, queues }: PurgeFlags) =>
      withApp('purge', async (app) => {
        const { assertQueues, splitNames } = await import('./known.js');
        const { broker } = app;
        const names = queues === undefined ? await broker.queueNames() : splitNames(queues);
        await assertQueues(app, names);
        const known = `${names.length} known task queue${names.length === 1 ? '' : 's'}`;
        const waiting = (await broker.counts())
          .filter(({ queue }) => names.includes(queue))
          .reduce((sum, counts) => sum + counts.waiting, 0);
        if (waiting === 0) return print(`No messages purged from ${known}.`);
        if (!force && !(await confirm(`This deletes ${countOf(waiting)} from ${known} (${names.join(', ')}) for good.`))) {
          print('Nothing was purged.');
          process.exitCode = 1;
          return;
        }
        let purged = 0;
        for (const name of names) purged += await broker.purge(name);
        print(`Purged ${countOf(purged)} from ${known}.`);
      }),
    );
}

const countOf = (messages: number) => `${messages} message${messages === 1 ? '' : 's'}`;

/** Asks for a yes; the end of the input is none. */
async function confirm(text: string): Promise<boolean> {
  process.stdout.write(`${text} Go on? [y/N] `);
  for await (const line of createInterface({ input: process.stdin })) return /^y(es)?$/i.test(line.trim());
  print('');
  return false;
}
