import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { coded } from '../errors.js';
import { openContext, print, quiet, withApp } from './context.js';

/** What every demo user logs in with. */
const demoPassword = 'journeyman-demo';

/** The commands that make, fill and open the database. */
export function addDatabaseCommands(program: Command): void {
  program
    .command('migrate')
    .description('bring the database and the broker to this version')
    .action(async () => {
      const { settings, log } = openContext('migrate');
      const { migrateAll, openDatabase } = await import('../app.js');
      const database = await openDatabase(settings, log);
      try {
        const applied = await migrateAll(database.url, settings);
        print(applied.length ? `Applied ${applied.join(', ')}.` : 'The database is up to date.');
      } finally {
        await database.stop();
      }
    });

  program
    .command('seed-demo')
    .description('fill the database with a made-up platform: 200 users and a year of their life')
    .action(async () => {
      const result = await withApp('seed-demo', async ({ db, log }) => {
        const { hashPassword } = await import('../accounts/index.js');
        const { seedDemo } = await import('../db/seed-demo/index.js');
        return seedDemo(db, { now: new Date(), passwordHash: await hashPassword(demoPassword), log });
      });
      print(result.seeded ? 'The demo data is in the database:' : 'The demo data was there already; nothing was changed:');
      for (const [table, count] of Object.entries(result.counts)) print(`  ${table.padEnd(20)} ${count}`);
      print(`Log in as ${result.staffEmail} (staff) or any other user with the password ${demoPassword}`);
    });

  const db = program.command('db').description('the embedded PostgreSQL');
  db.command('start')
    .description('start it and leave it running')
    .action(async () => {
      const { settings, log } = openContext('db');
      const { startEmbedded } = await import('../db/embedded/index.js');
      const server = await startEmbedded({
        folder: settings.stateDir,
        fallbackFolder: settings.embeddedFallbackDir,
        log,
        detach: true,
      });
      print(`PostgreSQL runs on 127.0.0.1:${server.port} (process ${server.pid}), data in ${server.folder}`);
    });
  db.command('stop')
    .description('stop it, whoever started it')
    .action(async () => {
      const { settings } = openContext('db');
      const { stopEmbedded } = await import('../db/embedded/index.js');
      print(
        (await stopEmbedded(settings.stateDir, settings.embeddedFallbackDir))
          ? 'PostgreSQL has stopped.'
          : 'PostgreSQL was not running.',
      );
    });
  db.command('psql')
    .description('open psql on the database; what follows -- goes to psql')
    .argument('[arguments...]')
    .action(async (args: string[]) => {
      const { settings, log } = openContext('db', {}, quiet);
      const { openDatabase } = await import('../app.js');
      const { embeddedStatus } = await import('../db/embedded/index.js');
      const running = settings.databaseUrl ? undefined : await embeddedStatus(settings.stateDir, settings.embeddedFallbackDir);
      const database = running ? { url: running.url, stop: async () => undefined } : await openDatabase(settings, log);
      try {
        process.exitCode = await runPsql(database.url, args);
      } finally {
        await database.stop();
      }
    });
}

/** Runs the psql of this machine. The password goes by the environment, where other users of the machine don't see it. */
function runPsql(url: string, args: string[]): Promise<number> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = {
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
  };
  return new Promise((resolve, reject) => {
    // biome-ignore lint/style/noProcessEnv: psql finds its own program, terminal and settings there
    const child = spawn('psql', args, { stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', (error) =>
      reject(
        coded(
          'COMMAND_FAILED',
          { reason: 'psql is not installed. Install it with "apt-get install postgresql-client".' },
          { cause: error },
        ),
      ),
    );
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
