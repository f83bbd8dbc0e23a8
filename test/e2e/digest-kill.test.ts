import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';

const users = 2000;
/** How many mails a lost worker may have handed over whose result it had not written: two for each connection. */
const connections = 3;
const window = 2 * connections;

/** A mail server that keeps who got which Message-ID. */
async function startSink() {
  const mails: { to: string; messageId: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData(stream, session, callback) {
      stream.toArray().then((parts) => {
        const [, messageId = ''] = /^Message-ID: (.+?)\r$/im.exec(Buffer.concat(parts).toString('latin1')) ?? [];
        mails.push({ to: session.envelope.rcptTo[0]!.address, messageId });
        callback();
      }, callback);
    },
  });
  // A killed worker hangs up in the middle.
  server.on('error', () => {});
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    mails,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

describe('the daily digest', () => {
  let platform: Platform;
  let sink: Awaited<ReturnType<typeof startSink>>;
  beforeAll(async () => {
    sink = await startSink();
    platform = await openPlatform('postgres', { EMAIL_URL: sink.url, EMAIL_CONNECTIONS: String(connections) });
    await sql`
      WITH reader AS (
        INSERT INTO users (email, username, name, password_hash, last_seen_at)
        SELECT 'reader' || n || '@example.com', 'reader' || n, 'Reader ' || n, 'x', now() FROM generate_series(1, ${sql.lit(users)}) AS n
        RETURNING id
      )
      INSERT INTO points_ledger (user_id, points, source, created_at) SELECT id, 5, 'test', now() - interval '1 hour' FROM reader
    `.execute(platform.database.db);
  });
  afterAll(async () => {
    await platform.close();
    await sink.close();
  });

  it('reaches every user once, though kill -9 ends the worker three times in the middle', { timeout: 180_000 }, async () => {
    const call = platform.start(['call', 'tasks.email_tasks.send_daily_digest', '--wait', '--timeout', '170']);
    // One part at a time, so that each kill strikes another one: a part that loses its worker three times is put aside.
    for (const mails of [200, 800, 1300]) {
      const worker = await platform.startWorker(`until-${mails}`, '-c', '1', '-Q', 'email');
      await until(() => sink.mails.length >= mails);
      worker.child.kill('SIGKILL');
      expect(await worker.ended).toBe('SIGKILL');
    }
    const last = await platform.startWorker('last', '-c', '1', '-Q', 'email');
    expect(await call.ended).toBe(0);
    expect(last.output()).toContain('was taken back from a lost worker');

    const { result } = JSON.parse(`{"result": ${call.output().slice(call.output().indexOf('{'))}}`) as {
      result: Record<string, number>;
    };
    // What the lost workers had sent, the parts' second runs count as skipped.
    expect(result).toMatchObject({ users, unchanged: 0, failed: 0, chunks: users / 500 });
    expect(result.sent! + result.skipped!).toBe(users);

    const received = new Map<string, string[]>();
    for (const { to, messageId } of sink.mails) received.set(to, [...(received.get(to) ?? []), messageId]);
    expect(received.size).toBe(users);
    const doubled = [...received.values()].filter((ids) => ids.length > 1);
    // A mail that the server had taken when the worker died before it could say so comes again as the same mail.
    expect(doubled.length).toBeLessThanOrEqual(3 * window);
    for (const ids of received.values()) expect(new Set(ids).size).toBe(1);
    expect(new Set([...received.values()].flat()).size).toBe(users);

    const log = await platform.database.db
      .selectFrom('mail_log')
      .select(({ fn }) => [
        fn.countAll<number>().as('mails'),
        fn.countAll<number>().filterWhere('status', '=', 'sent').as('sent'),
      ])
      .executeTakeFirstOrThrow();
    expect(log).toEqual({ mails: users, sent: users });
    last.child.kill('SIGTERM');
    expect(await last.ended).toBe(0);
  });
});
