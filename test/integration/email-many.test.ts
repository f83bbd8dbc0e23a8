import { sql } from 'kysely';
import type { ParsedMail } from 'mailparser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '#src/db/database.js';
import { deliverMails } from '#src/email/deliver.js';
import { createMailer, createRenderer, createUnsubscribeLinks, type MailServices } from '#src/email/index.js';
import { findRecipient } from '#src/email/queries.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { reply, startSmtpServer, type TestSmtpServer } from './email-smtp-server.js';
import { createUser as createUserIn } from './email-tasks.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const connections = 3;

let database: TestDatabase;
let server: TestSmtpServer;
let services: MailServices;
/** What happens before the server takes a mail; what it throws is the answer. */
let before: (mail: ParsedMail) => Promise<void> | void;
/** Addresses that the server does not know. */
let unknown: Set<string>;
/** How many recipients each mail had that came to its recipient. */
let recipients: number[];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  before = () => {};
  unknown = new Set();
  recipients = [];
  server = await startSmtpServer(
    {
      onRcptTo({ address }, session, callback) {
        recipients.push(session.envelope.rcptTo.length + 1);
        callback(unknown.has(address) ? reply(550, '5.1.1 No such user') : undefined);
      },
    },
    (mail) => before(mail),
  );
  services = {
    db: database.db,
    mailer: createMailer({ emailUrl: server.url, from: 'careers@platform.example', connections, stateDir: '/nonexistent', log }),
    renderer: createRenderer({ folder: 'dist/emails', frontendUrl: 'https://careers.example.com' }),
    unsubscribeLink: createUnsubscribeLinks({ secretKey: 'x'.repeat(32), apiUrl: 'https://api.example.com' }),
  };
});
afterEach(async () => {
  await services.mailer.close();
  await server.close();
});

const data = { achievementName: 'First Post', points: 10, total: 10, next: null };
type Mails = Parameters<typeof deliverMails>[2];
let batches = 0;

/** Mails to as many new users. */
async function mailsTo(count: number, values: Parameters<typeof createUserIn>[1][] = []): Promise<Mails> {
  batches += 1;
  const mails: Mails = [];
  for (let number = 0; number < count; number += 1) {
    const { id } = await createUserIn(database, values[number]);
    mails.push({ uniqueKey: `batch-${batches}:${id}`, recipient: await findRecipient(database.db, id), data });
  }
  return mails;
}
const deliver = (mails: Mails, using = services, signal = new AbortController().signal) =>
  deliverMails(using, { template: 'achievement', kind: 'achievements', signal }, mails);

const received = () => server.mails.flatMap(({ to }) => [to ?? []].flat().map(({ text }) => text)).sort();
const addresses = (mails: Mails) => mails.map(({ recipient }) => `"${recipient.name}" <${recipient.address}>`).sort();
const statuses = async (mails: Mails) => {
  const keys = mails.map(({ uniqueKey }) => uniqueKey);
  const rows = await database.db.selectFrom('mail_log').selectAll().where('unique_key', 'in', keys).execute();
  return keys.map((key) => rows.find(({ unique_key }) => unique_key === key)?.status);
};

describe('many mails', () => {
  it('arrive once each, one recipient a mail, and are skipped when they are delivered again', async () => {
    const mails = await mailsTo(120);
    expect(await deliver(mails)).toEqual({ sent: 120, skipped: 0, failed: 0 });
    expect(received()).toEqual(addresses(mails));
    expect(new Set(recipients)).toEqual(new Set([1]));
    expect(new Set(await statuses(mails))).toEqual(new Set(['sent']));

    expect(await deliver(mails)).toEqual({ sent: 0, skipped: 120, failed: 0 });
    expect(server.mails).toHaveLength(120);
  });

  it('bear the link of their own recipient, in the header for one click and in both parts', async () => {
    const mails = await mailsTo(2);
    await deliver(mails);
    for (const { recipient } of mails) {
      const mail = server.mails.find(({ to }) => [to ?? []].flat()[0]?.text.includes(recipient.address));
      const link = services.unsubscribeLink({ userId: recipient.userId, kind: 'achievements' });
      const header = (key: string) => mail?.headerLines.find((line) => line.key === key)?.line.replace(/\r?\n\s*/g, ' ');
      expect(header('list-unsubscribe')).toBe(`List-Unsubscribe: <${link}>`);
      expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
      expect(mail?.text).toContain(link);
      expect(mail?.html).toContain(`href="${link}"`);
    }
  });

  it('go to nobody who wants none of the kind, is not active or whose address is suppressed', async () => {
    const mails = await mailsTo(4, [{}, {}, { is_active: false }, { email: 'Gone@example.com' }]);
    const [, unwilling, , suppressed] = mails;
    await database.db
      .insertInto('email_preferences')
      .values([
        { user_id: unwilling!.recipient.userId, kind: 'achievements', enabled: false },
        { user_id: mails[0]!.recipient.userId, kind: 'digest', enabled: false },
      ])
      .execute();
    suppressed!.recipient.suppressedBecause = 'bounce';
    expect(await deliver(mails)).toEqual({ sent: 1, skipped: 3, failed: 0 });
    expect(received()).toEqual(addresses(mails.slice(0, 1)));
    expect(await statuses(mails)).toEqual(['sent', 'skipped', 'skipped', 'suppressed']);
  });

  it('arrive when one among them is refused for good', async () => {
    const mails = await mailsTo(9);
    unknown.add(mails[4]!.recipient.address);
    expect(await deliver(mails)).toEqual({ sent: 8, skipped: 0, failed: 1 });
    expect(received()).toEqual(addresses(mails.filter((_, index) => index !== 4)));
    expect((await statuses(mails))[4]).toBe('failed');
    expect((await findRecipient(database.db, mails[4]!.recipient.userId)).suppressedBecause).toContain('5.1.1 No such user');
  });

  it('arrive when one among them is put off, which the next run sends', async () => {
    const mails = await mailsTo(9);
    let refusals = 1;
    before = () => {
      if (refusals-- > 0) throw reply(451, 'Later');
    };
    await expect(deliver(mails)).rejects.toMatchObject({ code: 'EMAIL_UNAVAILABLE' });
    expect(server.mails).toHaveLength(8);
    expect(await deliver(mails)).toEqual({ sent: 1, skipped: 8, failed: 0 });
    expect(received()).toEqual(addresses(mails));
  });

  it('arrive when one among them cannot be rendered, and the fault is told at the end', async () => {
    const mails = await mailsTo(60);
    mails[1]!.data = { achievementName: 'First Post' };
    await expect(deliver(mails)).rejects.toThrow('undefined variable: points');
    expect(server.mails).toHaveLength(59);
    expect((await statuses(mails))[1]).toBe('failed');
  });

  it('are not all tried when the server goes away; the next run sends those that are left', async () => {
    const mails = await mailsTo(80);
    let asked = 0;
    before = () => {
      asked += 1;
      if (asked > 20) throw reply(421, 'Shutting down');
    };
    await expect(deliver(mails)).rejects.toMatchObject({ code: 'EMAIL_UNAVAILABLE', permanent: false });
    expect(server.mails).toHaveLength(20);
    expect(asked).toBeLessThanOrEqual(20 + 2 * connections);

    before = () => {};
    expect(await deliver(mails)).toEqual({ sent: 60, skipped: 20, failed: 0 });
    expect(received()).toEqual(addresses(mails));
  });

  it('stop when the task is ended', async () => {
    const mails = await mailsTo(60);
    const end = new AbortController();
    before = () => {
      if (server.mails.length === 10) end.abort();
    };
    await expect(deliver(mails, services, end.signal)).rejects.toMatchObject({ code: 'EMAIL_UNAVAILABLE' });
    expect(server.mails.length).toBeLessThan(60);
  });
});

describe('two workers with the same mails', () => {
  it.each([
    ['in the same order', (mails: Mails) => mails],
    ['in another order', (mails: Mails) => mails.toReversed()],
  ])('send each once: %s', async (_, order) => {
    const mails = await mailsTo(110);
    const elsewhere = createDatabase(database.url, { max: 2 });
    const totals = await Promise.all([deliver(mails), deliver(order(mails), { ...services, db: elsewhere })]);
    await elsewhere.destroy();
    expect(received()).toEqual(addresses(mails));
    expect(totals[0].sent + totals[1].sent).toBe(110);
    expect(totals[0].skipped + totals[1].skipped).toBe(110);
  });

  it('of which one is lost: the other goes on at once, and doubles no more than was under way', async () => {
    const mails = await mailsTo(40);
    const lost = createDatabase(database.url, { max: 1, applicationName: 'lost-worker' });
    before = async () => {
      if (server.mails.length !== 15) return;
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lost-worker'`.execute(
        database.db,
      );
    };
    const first = deliver(mails, { ...services, db: lost });
    const second = first.catch(() => deliver(mails));
    await expect(first).rejects.toThrow();
    await second;
    await lost.destroy();

    const ids = server.mails.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(40);
    expect(ids.length - 40).toBeLessThanOrEqual(2 * connections);
    expect([...new Set(received())]).toEqual(addresses(mails));
    expect(new Set(await statuses(mails))).toEqual(new Set(['sent']));
  });
});
