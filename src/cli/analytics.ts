import type { Command } from 'commander';
import { print, withApp } from './context.js';

/** `analytics export`: a snapshot of the analytics in a folder of one's own. */
export function addAnalyticsCommands(program: Command): void {
  program
    .command('analytics')
    .description('the figures of the platform')
    .command('export')
    .description('write a snapshot of the analytics, as JSON and CSV, into a folder named by the date')
    .requiredOption('--out <folder>', 'where the folder is made')
    .action(({ out }: { out: string }) =>
      withApp('analytics', async ({ db, settings: { timezone, activeUserDays } }) => {
        const { refreshFigures, writeSnapshot } = await import('../analytics/index.js');
        const { createLocalStorage } = await import('../storage.js');
        const now = new Date();
        await refreshFigures({ db, timezone, activeUserDays }, now);
        const { name, files } = await writeSnapshot(db, { now, timezone, storage: createLocalStorage(out) });
        for (const file of files)
          print(`${file.name.padEnd(18)} ${String(file.rows).padStart(9)} rows ${String(file.bytes).padStart(11)} bytes`);
        print(`\n${files.length} files and their manifest are in ${out}/${name}.`);
      }),
    );
}
