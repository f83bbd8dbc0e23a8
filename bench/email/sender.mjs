/**
 * A process that sends digests by one of three ways. Told what to do by its first message; tells its parent of `ready`, and of
 * `started` each time it is told to go. Every other message makes it go once more.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import nodemailer from 'nodemailer';
import { openApp } from '#src/app.js';
import { createDatabase } from '#src/db/database.js';
import { createMailer, createRenderer, createUnsubscribeLinks, digestHandlers } from '#src/email/index.js';
import { createLogger } from '#src/logging.js';
import { startAppWorker } from '#src/services.js';
import { resolveSettings } from '#src/settings.js';
import { sendDailyDigest, sendDailyDigestChunk } from '#src/tasks/email.js';
import { monotonic } from '../support/statistics.mjs';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const from = 'Journeyman <no-reply@journeyman.localhost>';

/** Ours: a worker as the platform runs it, which is also who calls the task. */
async function worker({ url, sink, connections }) {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'journeyman-bench-email-'));
  const settings = resolveSettings({
    flags: { DATABASE_URL: url, STATE_DIR: stateDir, EMAIL_URL: sink, EMAIL_CONNECTIONS: String(connections) },
  });
  const app = await openApp(settings, createLogger({ level: 'critical', format: 'json', name: 'bench' }));
  const running = await startAppWorker(app, { queues: ['email'], name: 'bench' });
  const forget = () => sql`TRUNCATE mail_log`.execute(app.db);
  return {
    async warmUp(mails) {
      await sendDailyDigestChunk({ fromId: 1, toId: mails, at: new Date().toISOString() });
      await forget();
    },
    async send() {
      const result = await (await sendDailyDigest.delay({})).get({ timeout: 600 });
      await forget();
      return result;
    },
    async stop() {
      await running.stop(5);
      await app.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** The digest's handlers by themselves, with a mailer of their caller's. */
function handlersWith(db, mailer) {
  const renderer = createRenderer({
    folder: path.join(import.meta.dirname, '../../dist/emails'),
    frontendUrl: 'http://localhost:3000',
  });
  const unsubscribeLink = createUnsubscribeLinks({ secretKey: 'k'.repeat(32), apiUrl: 'http://localhost:8000' });
  const handlers = digestHandlers({ db, mailer, renderer, unsubscribeLink, clock: () => new Date(), digestUserDays: 7 });
  const chunk = handlers.find(({ task }) => task === sendDailyDigestChunk);
  const context = { signal: new AbortController().signal, log: silent };
  return (fromId, toId) => chunk.run({ fromId, toId, at: new Date().toISOString() }, context);
}

/** The peer: nodemailer by itself, with mails that were rendered before. It has the same connections, and as many mails under way. */
async function prepared({ url, sink, connections, users }) {
  const db = createDatabase(url);
  const mails = [];
  const capture = { domain: 'journeyman.localhost', connections: 1, send: async (mail) => void mails.push(mail) };
  await handlersWith(db, capture)(1, Math.min(users, 1000));
  await sql`TRUNCATE mail_log`.execute(db);
  await db.destroy();
  const transport = nodemailer.createTransport({ url: sink, pool: true, maxConnections: connections });
  const sendMany = async (count) => {
    let next = 0;
    const lane = async () => {
      while (next < count) {
        const { signal: _, headers, ...mail } = mails[next++ % mails.length];
        await transport.sendMail({ from, ...mail, headers: { 'Auto-Submitted': 'auto-generated', ...headers } });
      }
    };
    await Promise.all(Array.from({ length: 2 * connections }, lane));
    return { sent: count };
  };
  return { warmUp: sendMany, send: () => sendMany(users), stop: async () => transport.close() };
}

/** How such a task is often written: a loop over users that asks for each one's facts, and opens a connection for each mail. */
async function loop({ url, sink, users }) {
  const db = createDatabase(url);
  const sendTo = async (userId) => {
    const mailer = createMailer({ emailUrl: sink, from, connections: 1, stateDir: tmpdir(), log: silent });
    await handlersWith(db, mailer)(userId, userId);
    await mailer.close();
  };
  const sendMany = async (count) => {
    for (let userId = 1; userId <= count; userId++) await sendTo(userId);
    await sql`TRUNCATE mail_log`.execute(db);
    return { sent: count };
  };
  return { warmUp: sendMany, send: () => sendMany(users), stop: () => db.destroy() };
}

/** How many mails each way sends before it is measured; the loop gains nothing from it. */
const warmUps = { worker: 300, prepared: 300, loop: 5 };

const [{ way, ...options }] = await once(process, 'message');
const sender = await { worker, prepared, loop }[way](options);
await sender.warmUp(warmUps[way]);
process.on('message', async () => {
  process.send({ type: 'started', at: monotonic() });
  const { sent } = await sender.send();
  process.send({ type: 'done', sent, peakMegabytes: process.resourceUsage().maxRSS / 1024 });
});
process.once('disconnect', () => sender.stop());
process.send({ type: 'ready' });
