import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { App } from '../../app.js';
import { type MailboxMail, mailboxFolder, readMailbox } from '../../email/index.js';
import { coded } from '../../errors.js';
import { AsyncResult } from '../../taskkit/index.js';
import { print } from '../context.js';
import { type Client, createClient } from './client.js';
import { describeResume } from './report.js';
import { step, stepLimit, waitFor } from './steps.js';

/** Somebody who has signed up. */
export interface Guest {
  name: string;
  email: string;
  username: string;
  client: Client;
}

/** One person's way through the platform, for one example resume. */
export async function showResume(app: App, address: string, file: string): Promise<Guest> {
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

  const guest = { name, email, username: user.username, client };
  const mails = await step('Mails', () =>
    waitFor(
      'the mails',
      () => inboxOf(app, guest),
      (all) => all.length > unlocked.length,
    ),
  );
  for (const mail of mails.reverse()) print(`    ${mail.subject} (${sizeOf(mail)})`);
  return guest;
}

/** The mails that somebody has got, newest first. */
export const inboxOf = async ({ settings }: App, { email }: Pick<Guest, 'email'>): Promise<MailboxMail[]> =>
  (await readMailbox(mailboxFolder(settings.stateDir), { limit: 1000 })).filter(({ to }) => to.includes(email));

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
