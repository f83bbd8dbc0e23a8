import { createMailer, createRenderer, emailHandlers } from '#src/email/index.js';
import { createUnsubscribeLinks } from '#src/email/unsubscribe.js';
import type { Json } from '#src/taskkit/index.js';
import type { TestDatabase } from '../support/database.js';
import { taskContext } from '../support/kit.js';
import { startSmtpServer } from './email-smtp-server.js';

/** When every mail of the tests is sent. */
export const now = new Date('2026-11-22T12:00:00Z');

/** The tasks that send one mail, on a real database and a real mail server of their own; one for each test. */
export async function startMailTasks(database: TestDatabase) {
  /** What the mail server says to the next mails, one each, before it accepts all. */
  const answers: (Error | (() => Promise<void>))[] = [];
  /** Everything that was logged. */
  const logged: object[] = [];
  const keep = (details: object, message: string) => void logged.push({ ...details, message });
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  const server = await startSmtpServer({}, async () => {
    const answer = answers.shift();
    if (typeof answer === 'function') await answer();
    else if (answer) throw answer;
  });
  const mailer = createMailer({
    emailUrl: server.url,
    from: 'Careers <careers@platform.example>',
    stateDir: '/nonexistent',
    log,
  });
  const services = {
    db: database.db,
    mailer,
    renderer: createRenderer({ folder: 'dist/emails', frontendUrl: 'https://careers.example.com' }),
    unsubscribeLink: createUnsubscribeLinks({ secretKey: 'x'.repeat(32), apiUrl: 'https://api.example.com' }),
    clock: () => now,
  };
  const handlerOf = ({ taskName }: { taskName: string }, using: Partial<typeof services> = {}) =>
    emailHandlers({ ...services, ...using }).find(({ task }) => task.taskName === taskName)!;
  return {
    server,
    services,
    answers,
    logged,
    handlerOf,
    run: (task: { taskName: string }, args: Record<string, Json>, using?: Partial<typeof services>): Promise<Json> =>
      handlerOf(task, using).run(args, taskContext({ id: 'task-1', name: task.taskName, log })),
    async close() {
      await mailer.close();
      await server.close();
    },
  };
}

export type MailTasks = Awaited<ReturnType<typeof startMailTasks>>;

let users = 0;
/** A user with an address of their own. */
export function createUser(
  { db }: TestDatabase,
  values: { name?: string; username?: string; email?: string; is_active?: boolean; timezone?: string; headline?: string } = {},
) {
  users += 1;
  return db
    .insertInto('users')
    .values({ email: `User${users}@example.com`, username: `user${users}`, name: 'Maya Okafor', password_hash: 'x', ...values })
    .returning(['id', 'email'])
    .executeTakeFirstOrThrow();
}

/** The mail log's rows of a user. */
export const mailLog = ({ db }: TestDatabase, userId: number) =>
  db.selectFrom('mail_log').selectAll().where('user_id', '=', userId).execute();
