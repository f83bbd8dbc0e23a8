import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type App, openApp } from '../../app.js';
import { type MailboxMail, mailboxFolder, readMailbox } from '../../email/index.js';
import { coded, JourneymanError } from '../../errors.js';
import { startAppApi, startAppWorker } from '../../services.js';
import { AsyncResult } from '../../taskkit/index.js';
import { openContext, print, quiet } from '../context.js';
import { type Client, createClient } from './client.js';
import { describeResume } from './report.js';

const examples = fileURLToPath(new URL('../../../examples/resumes/', import.meta.url));

/** How long one step may take, in milliseconds. */
const stepLimit = 60_000;

/** `demo`: the platform's main job on real files, from the sign-up to the mails, in a minute. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('sign up, upload resumes, have them analysed, and show what comes of it')
    .option('-l, --loglevel <level>', 'what the services log meanwhile; warning unless it is said')
    .action(async ({ loglevel }: { loglevel?: string }) => {
      const { settings, log } = openContext('demo', { LOG_LEVEL: loglevel }, quiet);
      // A demonstration must not write to real people, nor need a port that is taken.
      const app = await step('Start PostgreSQL, API and worker', () =>
        openApp({ ...settings, emailUrl: undefined, apiPort: 0 }, log),
      );
      try {
        const api = await startAppApi(app);
        try {
          const worker = await startAppWorker(app);
          try {
            await demonstrate(app, api.address);
          } finally {
            await worker.stop(5);
          }
        } finally {
          await api.close();
        }
      } finally {
        await app.close();
      }
    });
}

async function demonstrate(app: App, address: string): Promise<void> {
  const started = Date.now();
  const files = (await readdir(examples)).sort();
  print(`    database ${app.databasePlace}\n    queues   ${app.broker.address}\n    API      ${address}`);
  for (const file of files) await showResume(app, address, path.join(examples, file));
  print(
    `\nDone: ${files.length} resumes in ${((Date.now() - started) / 1000).toFixed(1)} s. "npm start" keeps everything running.`,
  );
}

/** One person's way through the platform, for one example resume. */
async function showResume(app: App, address: string, file: string): Promise<void> {
  const name = personOf(file);
  const email = `${name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z ]/g, '')
    .replace(/ +/g, '.')}.${randomBytes(4).toString('hex')}@example.com`;
  const client = createClient(address);
  print(`\n${name}: ${path.basename(file)}`);

  const user = await step(`Sign up as ${email}`, () => client.register(name, email, randomBytes(12).toString('base64url')));
  const upload = await step('Upload the resume', () => client.upload(file));
  print(`    task ${upload.taskId}`);
  await step('Analyse it', (progress) => waitForTask(client, upload.taskId, progress));
  const resume = await client.resume(upload.resumeId);
  print(describeResume(resume));

  const unlocked = await step('Achievements', () => achievementsOf(app, user.id, upload.resumeId));
  if (unlocked.length === 0) throw coded('COMMAND_FAILED', { reason: 'no achievement was unlocked' });
  print(`    unlocked ${unlocked.join(', ')}`);
  const notifications = await step('Notifications', () =>
    waitFor(
      'the notifications',
      () => client.notifications(),
      (all) => all.length > unlocked.length,
    ),
  );
  for (const { title, message } of notifications) print(`    ${title}: ${message}`);

  const inbox = async () =>
    (await readMailbox(mailboxFolder(app.settings.stateDir), { limit: 1000 })).filter(({ to }) => to.includes(email));
  const mails = await step('Mails', () => waitFor('the mails', inbox, (all) => all.length > unlocked.length));
  for (const mail of mails.reverse()) print(`    ${mail.subject} (${sizeOf(mail)})`);
}

/** What the user holds once the analysis's check for achievements has ended, which is left in the outbox under an id of its own. */
async function achievementsOf({ db }: App, userId: number, resumeId: number): Promise<string[]> {
  await new AsyncResult(`resume-${resumeId}-achievements`).get({ timeout: stepLimit / 1000 });
  const held = await db.selectFrom('user_achievements').select('achievement_key').where('user_id', '=', userId).execute();
  return held.map(({ achievement_key }) => achievement_key).sort();
}

const sizeOf = ({ html, text }: MailboxMail) => `HTML ${html.length} and text ${text.length} characters`;

/** Whose resumes the examples are. */
const people: Record<string, string> = {
  'backend-engineer.pdf': 'Amara Okonkwo',
  'data-scientist-two-columns.pdf': 'Tomás Ferreira',
  'nurse.docx': 'Maren Lindqvist',
  'product-designer.txt': 'Yuki Tanabe',
};

/** Who signs up for an example; a file that was added is its own name. */
const personOf = (file: string) => people[path.basename(file)] ?? path.parse(file).name;

async function waitForTask(client: Client, id: string, progress: (text: string) => void): Promise<void> {
  const task = await waitFor(
    'the analysis',
    async () => {
      const current = await client.task(id);
      if (current.progress?.label) progress(`${current.progress.step}/${current.progress.of} ${current.progress.label}`);
      return current;
    },
    ({ status }) => ['SUCCESS', 'FAILURE', 'REVOKED'].includes(status),
  );
  if (task.status !== 'SUCCESS')
    throw coded('COMMAND_FAILED', { reason: `the task ended as ${task.status}: ${task.error?.message}` });
}

/** Asks until the answer is right. Throws COMMAND_FAILED, naming what was waited for, when it takes longer than a step may. */
async function waitFor<T>(what: string, ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (const started = Date.now(); ; ) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() - started > stepLimit)
      throw coded('COMMAND_FAILED', { reason: `${what} took longer than ${stepLimit / 1000} s` });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Does one step and says how long it took; a failure says which step it was. */
async function step<T>(title: string, act: (progress: (text: string) => void) => Promise<T>): Promise<T> {
  const started = Date.now();
  const showsProgress = process.stdout.isTTY;
  const clear = () => showsProgress && process.stdout.write('\r\x1b[2K');
  const show = (text: string) => {
    clear();
    if (showsProgress) process.stdout.write(`  … ${title}: ${text}`);
  };
  show('');
  try {
    const result = await act(show);
    clear();
    print(`  ✓ ${title} (${Date.now() - started} ms)`);
    return result;
  } catch (error) {
    clear();
    print(`  ✗ ${title} (${Date.now() - started} ms)`);
    if (error instanceof JourneymanError)
      throw coded('COMMAND_FAILED', { reason: `${title}: ${error.message}` }, { cause: error });
    throw error;
  }
}
