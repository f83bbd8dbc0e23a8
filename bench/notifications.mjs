/**
 * Many notifications made by one task and old ones deleted by one task, each against a loop that does one row a statement on the
 * same table.
 */
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createDatabase } from '#src/db/database.js';
import { migrate } from '#src/db/migrate.js';
import { notificationHandlers } from '#src/notifications/index.js';
import { cleanupOldNotifications, sendBatchNotifications } from '#src/tasks/notifications.js';
import { startPostgres } from './support/brokers.mjs';
import { fillIn, print, progress, readable, table } from './support/report.mjs';
import { median, monotonic, rounded } from './support/statistics.mjs';

const users = 10_000;
const rounds = 5;
/** How many rows a round of a loop does. */
const loopRows = 100;

export async function run({ quick }) {
  const old = quick ? 100_000 : 1_000_000;
  const server = await startPostgres();
  const url = await server.fresh();
  await migrate(url);
  const db = createDatabase(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    progress(`${users} users with ${old} notifications to delete and a quarter as many to keep`);
    const userIds = await createUsers(client);
    await createNotifications(client, userIds, old);
    const measured = await measureAll(client, notificationHandlers({ db, clock: () => new Date() }), userIds, old);
    return report({ ...measured, quick, version: server.version });
  } finally {
    await client.end();
    await db.destroy();
    await server.stop();
  }
}

/** Both sides of a round take turns, so that they meet the same noise. */
async function measureAll(client, handlers, userIds, old) {
  const batches = [];
  const inserts = [];
  const deletes = [];
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    batches.push(await measure(users, () => sendBatch(handlers, userIds, `batch-${round}`)));
    inserts.push(await measure(loopRows, () => insertInLoop(client, userIds, round)));
    deletes.push(await deleteInLoop(client));
  }
  progress('the clean-up');
  const left = old - rounds * loopRows;
  const cleanUp = await measure(left, () => perform(handlers, cleanupOldNotifications, { days: 30 }, 'clean-up'));
  if (cleanUp.result.deleted !== left) throw new Error(`${cleanUp.result.deleted} were deleted instead of ${left}.`);
  return { batches, inserts, deletes, cleanUp };
}

async function createUsers(client) {
  const { rows } = await client.query(
    `INSERT INTO users (email, username, name, password_hash)
     SELECT place || '@example.com', 'user' || place, 'User ' || place, 'none' FROM generate_series(1, $1::int) AS place
     RETURNING id`,
    [users],
  );
  return rows.map(({ id }) => Number(id));
}

/** Of five notifications four are read and old, and one is unread or new. */
async function createNotifications(client, userIds, old) {
  await client.query(
    `INSERT INTO notifications (user_id, type, title, message, unique_key, created_at, read_at)
     SELECT ($1::bigint[])[1 + place % $2], 'like', 'New like', 'User ' || place || ' liked your post', 'filled:' || place,
       now() - CASE WHEN place % 10 = 5 THEN interval '1 day' ELSE interval '40 days' END - place * interval '1 second',
       CASE WHEN place % 10 <> 0 THEN now() END
     FROM generate_series(1, $3::int) AS place`,
    [userIds, users, (old * 5) / 4],
  );
  await client.query('VACUUM ANALYZE notifications');
}

const wordsFor = (userId) => ({
  userId,
  notificationType: 'system',
  title: 'A new course',
  message: 'There is a new course for what you would like to learn next.',
});

async function sendBatch(handlers, userIds, id) {
  const { created } = await perform(handlers, sendBatchNotifications, { notifications: userIds.map(wordsFor) }, id);
  if (created !== users) throw new Error(`${created} were created instead of ${users}.`);
}

/** Runs a task's handler as a worker does, without the queue. */
const perform = (handlers, task, args, id) =>
  handlers
    .find((each) => each.task.taskName === task.taskName)
    .run(args, { id, name: task.taskName, signal: new AbortController().signal, progress: async () => undefined });

async function insertInLoop(client, userIds, round) {
  for (const userId of userIds.slice(0, loopRows)) {
    const { notificationType, title, message } = wordsFor(userId);
    await client.query(
      'INSERT INTO notifications (user_id, type, title, message, unique_key) VALUES ($1, $2, $3, $4, $5) RETURNING id',
      [userId, notificationType, title, message, `loop:${round}:${userId}`],
    );
  }
}

async function deleteInLoop(client) {
  const { rows } = await client.query(
    `SELECT id FROM notifications WHERE read_at IS NOT NULL AND created_at < now() - interval '30 days' ORDER BY created_at LIMIT $1`,
    [loopRows],
  );
  return measure(loopRows, async () => {
    for (const { id } of rows) await client.query('DELETE FROM notifications WHERE id = $1', [id]);
  });
}

/** How long some work on so many rows takes, and how much memory the process holds before it and at most. */
async function measure(rows, work) {
  const megabytes = () => process.memoryUsage.rss() / 1_000_000;
  const before = megabytes();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, megabytes());
  }, 20);
  const start = monotonic();
  const result = await work();
  const seconds = (monotonic() - start) / 1000;
  clearInterval(timer);
  return { rows, seconds, rate: rows / seconds, result, before, peak: Math.max(peak, megabytes()) };
}

function report({ batches, inserts, deletes, cleanUp, quick, version }) {
  const rate = (found) => median(found.map((one) => one.rate));
  const row = (name, found) => [name, found[0].rows, median(found.map(({ seconds }) => seconds)), rate(found)];
  const ratios = {
    batch: rounded(median(batches.map((batch, round) => batch.rate / inserts[round].rate))),
    cleanUp: rounded(cleanUp.rate / rate(deletes)),
  };
  const memory = ({ before, peak }) => `${Math.round(before)} MB before and ${Math.round(peak)} MB at most`;
  const text = [
    table(
      ['', 'rows', 'seconds', 'rows a second'],
      [
        row('send_batch_notifications', batches),
        row('loop, one INSERT a notification', inserts),
        row('cleanup_old_notifications', [cleanUp]),
        row('loop, one DELETE a notification', deletes),
      ],
    ),
    '',
    `The batch is ${readable(ratios.batch)} times as fast as its loop, the clean-up ${readable(ratios.cleanUp)} times.`,
    `The process held ${memory(batches[0])} in the first batch, ${memory(cleanUp)} in the clean-up.`,
  ].join('\n');
  print(`\n${text}\n`);
  if (!quick) {
    const conditions = `${os.cpus().length} cores, load average ${os.loadavg()[0].toFixed(1)} at the end; ${version}; Node ${process.versions.node}.`;
    const file = path.join(import.meta.dirname, '../docs/benchmarks/notifications.md');
    fillIn(file, 'figures', `Measured on ${new Date().toISOString().slice(0, 10)}, ${conditions}\n\n${text}`);
  }
  const figures = (found) => ({ rows: found[0].rows, rowsPerSecond: rounded(rate(found)) });
  const megabytes = ({ before, peak }) => ({ beforeMB: Math.round(before), peakMB: Math.round(peak) });
  return {
    ours: { batch: { ...figures(batches), ...megabytes(batches[0]) }, cleanUp: { ...figures([cleanUp]), ...megabytes(cleanUp) } },
    peers: { loop: { insert: figures(inserts), delete: figures(deletes) } },
    ratios,
  };
}
