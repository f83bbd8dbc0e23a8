import { type Command, Option } from 'commander';
import type { ImportFormat } from '../skills/index.js';
import { print, withApp } from './context.js';

const formats: Record<ImportFormat, true> = { esco: true, onet: true };

interface ImportFlags {
  format: ImportFormat;
  dryRun?: boolean;
}

/** `import-skills`: adds the skills of a public classification to those of the program. */
export function addImportSkillsCommand(program: Command): void {
  program
    .command('import-skills')
    .description('add the skills of a file of ESCO or O*NET to the table of skills')
    .argument('<file>')
    .addOption(new Option('--format <name>', 'what the file is').choices(Object.keys(formats)).makeOptionMandatory())
    .option('--dry-run', 'only say what would be done')
    .action((file: string, { format, dryRun = false }: ImportFlags) =>
      withApp('import-skills', async ({ db }) => {
        const { importSkills } = await import('../skills/index.js');
        const { rows, added, updated, known, aliasesTaken, skipped, faults, faultyRows } = await importSkills(db, {
          file,
          format,
          dryRun,
        });
        print(
          `${rows} rows: ${added} skills added, ${updated} updated, ${known} known already${dryRun ? ' (nothing was saved)' : ''}.`,
        );
        if (aliasesTaken > 0) print(`${aliasesTaken} aliases belong to other skills and were left out.`);
        for (const [reason, count] of Object.entries(skipped)) print(`${count} rows were left out: ${reason}.`);
        if (faults > 0) print(`${faults} rows are faulty:`);
        for (const { line, reason } of faultyRows) print(`  line ${line}: ${reason}`);
        if (faults > faultyRows.length) print('  …');
      }),
    );
}
