import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '#src/db/outbox.js';
import type { OutboxStore, TaskMessage } from '#src/taskkit/index.js';
import { createTestDatabase } from '../support/database.js';

let test: Awaited<ReturnType<typeof createTestDatabase>>;
let outbox: OutboxStore;

beforeAll(async () => {
  test = await createTestDatabase();
  outbox = createOutbox(test.db, test.url);
});
afterAll(() => test.drop());
beforeEach(() => test.db.deleteFrom('task_outbox').execute());

const message = (id: string): TaskMessage => ({
  id,
  name: 'tasks.email_tasks.send_welcome_email',
  queue: 'email',
  args: { userId: 1 },
  priority: 0,
  retry: { maxRetries: 3, retryBackoff: 60, retryBackoffMax: 600, retryJitter: true },
  ignoreResult: false,
});
const write = (...ids: string[]) => test.db.transaction().execute((transaction) => outbox.write(transaction, ids.map(message)));
const takeAll = async (limit = 100) => {
  const taken: TaskMessage[] = [];
  await outbox.take(limit, async (messages) => {
    taken.push(...messages);
  });
  return taken.map(({ id }) => id);
};
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `task-${n}`);

/** A promise and what settles it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a message in the outbox', () => {
  it('is delivered whole and forgotten', async () => {
    await write('a');
    const delivered: TaskMessage[] = [];
    expect(await outbox.take(10, async (messages) => void delivered.push(...messages))).toBe(1);
    expect(delivered).toEqual([message('a')]);
    expect(await takeAll()).toEqual([]);
  });

  it('is never delivered when its transaction is rolled back', async () => {
    const rollback = test.db.transaction().execute(async (transaction) => {
      await outbox.write(transaction, [message('a')]);
      throw new Error('changed my mind');
    });
    await expect(rollback).rejects.toThrow('changed my mind');
    expect(await takeAll()).toEqual([]);
  });

  it('is not delivered before its transaction commits', async () => {
    await test.db.transaction().execute(async (transaction) => {
      await outbox.write(transaction, [message('a')]);
      expect(await takeAll()).toEqual([]);
    });
    expect(await takeAll()).toEqual(['a']);
  });

  it('is kept once however often it is written', async () => {
    await write('a', 'a');
    await Promise.all([write('a'), write('a')]);
    expect(await takeAll()).toEqual(['a']);
  });

  it('needs no query when there is none', async () => {
    await write();
    expect(await takeAll()).toEqual([]);
  });
});

describe('take', () => {
  it('hands messages over in the order they were written, up to the limit', async () => {
    const ids = numbered(25);
    await write(...ids.slice(0, 20));
    await write(...ids.slice(20));
    expect(await takeAll(10)).toEqual(ids.slice(0, 10));
    expect(await takeAll(100)).toEqual(ids.slice(10));
  });

  it('keeps the messages when the delivery fails, and says so', async () => {
    await write('a', 'b');
    const failing = outbox.take(10, () => Promise.reject(new Error('no broker')));
    await expect(failing).rejects.toThrow('no broker');
    expect(await takeAll()).toEqual(['a', 'b']);
  });

  it('does not call the delivery when nothing waits', async () => {
    await expect(outbox.take(10, () => Promise.reject(new Error('called')))).resolves.toBe(0);
  });

  it('passes by what another relay holds, and does not wait for it', async () => {
    await write('a', 'b', 'c');
    const { open, opened } = gate();
    const holding = gate();
    const first = outbox.take(2, async () => {
      holding.open();
      await opened;
    });
    await holding.opened;
    expect(await takeAll()).toEqual(['c']);
    open();
    expect(await first).toBe(2);
    expect(await takeAll()).toEqual([]);
  });

  it('shares many messages among many relays, each delivered once', async () => {
    const ids = numbered(300);
    await write(...ids);
    const delivered: string[] = [];
    const relay = async () => {
      while (await outbox.take(7, async (messages) => void delivered.push(...messages.map(({ id }) => id))));
    };
    await Promise.all([relay(), relay(), relay(), relay()]);
    await relay();
    expect(delivered.sort()).toEqual(ids.sort());
  });
});

describe('listen', () => {
  it('calls back when a commit left a message, not when it was rolled back', async () => {
    let notices = 0;
    let notified = gate();
    const stop = await outbox.listen(() => {
      notices++;
      notified.open();
    });
    await test.db
      .transaction()
      .execute(async (transaction) => {
        await outbox.write(transaction, [message('lost')]);
        throw new Error('rolled back');
      })
      .catch(() => {});
    await write('a');
    await notified.opened;
    notified = gate();
    await write('b');
    await notified.opened;
    expect(notices).toBe(2);
    await stop();
  });

  it('finds its way back after a lost connection, and calls back then', async () => {
    let notified = gate();
    const stop = await outbox.listen(() => notified.open());
    const cut = () =>
      sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'journeyman-listen-task_outbox'`.execute(test.db);
    for (const id of ['a', 'b']) {
      await cut();
      await notified.opened; // reconnected
      notified = gate();
      await write(id);
      await notified.opened; // and listening
      notified = gate();
    }
    await stop();
  });

  it('leaves no connection behind, even when stopped while the connection is lost', async () => {
    const stop = await outbox.listen(() => {});
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND application_name LIKE 'journeyman-listen-%'`.execute(test.db);
    await stop();
    const { rows } = await sql`SELECT pid FROM pg_stat_activity
              WHERE datname = current_database() AND application_name LIKE 'journeyman-listen-%'`.execute(test.db);
    expect(rows).toEqual([]);
  });

  it('fails at once when there is nothing to connect to', async () => {
    const nowhere = createOutbox(test.db, 'postgres://127.0.0.1:1/none');
    await expect(nowhere.listen(() => {})).rejects.toThrow('ECONNREFUSED');
  });
});
