import { sql } from 'kysely';
import type { ParsedMail } from 'mailparser';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { MailServices } from '#src/email/index.js';
import type { Handler } from '#src/taskkit/index.js';
import { type TestKit, testKit } from '#src/taskkit/testing/index.js';
import { fixtures, openBulkMail } from '../support/bulk-mail.js';
import { startSmtpServer, type TestSmtpServer } from './email-smtp-server.js';

/** What the tests of a mail to many have: each a mail server and a task kit of its own, and no users yet. */
interface BulkMailTest extends Awaited<ReturnType<typeof openBulkMail>> {
  make: ReturnType<typeof fixtures>;
  server: TestSmtpServer;
  /** The services, with mails going to the test's server. */
  mail: MailServices;
  kit: TestKit;
  /** What the handlers take the time to be. */
  now: Date;
  /** What the mail server says to a mail before it accepts it. */
  answer: (mail: ParsedMail) => Promise<void> | void;
}

/** Sets the tests of a file up. `now` is when each begins; `tables` are emptied after each, with all that refers to them. */
export function bulkMailTests({
  now,
  handlersOf,
  tables,
}: {
  now: Date;
  handlersOf: (services: MailServices) => Handler[];
  tables: string[];
}): BulkMailTest {
  const test = {} as BulkMailTest;
  beforeAll(async () => {
    const bulk = await openBulkMail();
    Object.assign(test, bulk, { make: fixtures(bulk.db) });
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    test.now = now;
    test.answer = () => {};
    test.server = await startSmtpServer({}, (mail) => test.answer(mail));
    test.mail = test.services(test.server.url);
    test.kit = testKit({ handlers: handlersOf(test.mail) });
  });
  afterEach(async () => {
    test.kit.close();
    await test.closeMailers();
    await test.server.close();
    await sql`TRUNCATE ${sql.join(tables.map((table) => sql.table(table)))} RESTART IDENTITY CASCADE`.execute(test.db);
  });
  return test;
}
