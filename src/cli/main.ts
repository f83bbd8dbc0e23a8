#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { JourneymanError } from '../errors.js';
import { addAnalyticsCommands } from './analytics.js';
import { addBeatCommands } from './beat.js';
import { addBridgeCommand } from './bridge.js';
import { addControlCommands } from './control.js';
import { addDatabaseCommands } from './database.js';
import { addDemoCommand } from './demo/index.js';
import { addDevCommand } from './dev.js';
import { addImportSkillsCommand } from './import-skills.js';
import { addMonitorCommand } from './monitor.js';
import { addPurgeCommand } from './purge.js';
import { addServiceCommands } from './services.js';
import { addTaskCommands } from './tasks.js';

const { version, description } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  description: string;
};

const program = new Command('journeyman')
  .description(description)
  .version(version)
  .option('-A, --app <name>', 'taken as Celery takes it, and not needed: there is one app')
  .showHelpAfterError('Add --help for what there is.')
  .configureHelp({ showGlobalOptions: false });

addServiceCommands(program);
addBeatCommands(program);
addBridgeCommand(program);
addMonitorCommand(program);
addDevCommand(program);
addTaskCommands(program);
addControlCommands(program);
addPurgeCommand(program);
addDatabaseCommands(program);
addImportSkillsCommand(program);
addAnalyticsCommands(program);
addDemoCommand(program);

// Whoever read our output may have seen enough; the work goes on, and ends in order.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  // A coded error says all there is to say; anything else is a fault of ours, whose place matters.
  const text =
    error instanceof JourneymanError ? `${error.message} (${error.code})` : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`journeyman: ${text}\n`);
  process.exitCode = 1;
}
