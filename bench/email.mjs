/**
 * The daily digest for many users: from the call of the task to the last mail at the mail server, against nodemailer by itself with
 * mails that were rendered before, and against a loop over users with a connection a mail.
 */
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { achievementDefinitions } from '#src/achievements/index.js';
import { createDatabase } from '#src/db/database.js';
import { migrate } from '#src/db/migrate.js';
import { createReaders } from './email/readers.mjs';
import { startPostgres } from './support/brokers.mjs';
import { fillIn, print, progress, readable, table } from './support/report.mjs';
import { best, median, ratioOf, rounded } from './support/statistics.mjs';

const sizes = { quick: { users: 1000, rounds: 2 }, long: { users: 10_000, rounds: 3 } };
const loopUsers = 100;
/** The default of EMAIL_CONNECTIONS. */
const connections = 5;

export async function run({ quick }) {
  const { users, rounds } = quick ? sizes.quick : sizes.long;
  const server = await startPostgres();
  const sink = await startSink();
  try {
    progress(`${users} users, each with something new`);
    const url = await server.fresh();
    await migrate(url, { skills: [], achievements: achievementDefinitions });
    const db = createDatabase(url);
    await createReaders(db, users);
    await db.destroy();

    const options = { url, sink: sink.url, connections };
    const found = await measureInTurns(sink, { ...options, users }, rounds);
    const loop = await measureLoop(sink, { ...options, users: loopUsers });

    const figures = (rates) => ({ best: rounded(best(rates)), median: rounded(median(rates)) });
    const ours = {
      users,
      mailsPerSecond: figures(found.worker.rates),
      peakMegabytes: Math.round(found.worker.peakMegabytes),
      connections,
    };
    const peers = {
      nodemailer: { mailsPerSecond: figures(found.prepared.rates) },
      loop: { users: loopUsers, mailsPerSecond: rounded(loop.rate) },
    };
    const ratios = {
      nodemailer: ratioOf(found.worker.rates, found.prepared.rates),
      loop: rounded(best(found.worker.rates) / loop.rate),
    };
    const report = describe({ ours, peers, ratios });
    print(`\n${report}\n`);
    if (!quick) writeReport(report, server.version);
    return { ours, peers, ratios };
  } finally {
    await sink.stop();
    await server.stop();
  }
}

/** Lets the worker and nodemailer send the same number of mails in each round, the order turned round every time. */
async function measureInTurns(sink, options, rounds) {
  const senders = { worker: await startSender('worker', options), prepared: await startSender('prepared', options) };
  const found = { worker: { rates: [] }, prepared: { rates: [] } };
  for (let round = 0; round < rounds; round++) {
    for (const way of round % 2 ? ['prepared', 'worker'] : ['worker', 'prepared']) {
      progress(`round ${round + 1} of ${rounds}: ${way === 'worker' ? 'the digest' : 'nodemailer by itself'}`);
      const { rate, peakMegabytes } = await measure(sink, senders[way], options.users);
      found[way].rates.push(rate);
      found[way].peakMegabytes = peakMegabytes;
    }
  }
  for (const sender of Object.values(senders)) await endProcess(sender);
  return found;
}

async function measureLoop(sink, options) {
  progress(`a loop over ${options.users} users`);
  const sender = await startSender('loop', options);
  const found = await measure(sink, sender, options.users);
  await endProcess(sender);
  return found;
}

/** Mails a second from the moment a sender is told to go to the last mail's arrival, and the most memory it has had. */
async function measure(sink, sender, mails) {
  await sink.count(mails);
  const [started, done, taken] = [message(sender, 'started'), message(sender, 'done'), sink.taken()];
  sender.send({});
  const { sent, peakMegabytes } = await done;
  if (sent !== mails) throw new Error(`${sent} of ${mails} mails were sent.`);
  const seconds = ((await taken).at - (await started).at) / 1000;
  return { rate: mails / seconds, peakMegabytes };
}

const fileOf = (name) => path.join(import.meta.dirname, 'email', name);

async function message(child, type) {
  for await (const [found] of on(child, 'message')) if (found.type === type) return found;
}

async function endProcess(child) {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}

async function startSender(way, options) {
  const child = fork(fileOf('sender.mjs'));
  child.once('exit', (code) => code && child.emit('error', new Error(`The sender "${way}" ended with ${code}.`)));
  const ready = message(child, 'ready');
  child.send({ way, ...options });
  await ready;
  return child;
}

async function startSink() {
  const child = fork(fileOf('sink.mjs'));
  const { port } = await message(child, 'listening');
  return {
    url: `smtp://127.0.0.1:${port}`,
    async count(mails) {
      const counting = message(child, 'counting');
      child.send({ count: mails });
      await counting;
    },
    taken: () => message(child, 'taken'),
    stop: () => endProcess(child),
  };
}

function describe({ ours, peers, ratios }) {
  const row = (name, { best, median }, ratio) => [name, `${readable(best)} (${readable(median)})`, ratio];
  const rates = table(
    ['mails a second: best (median)', 'rate', 'the digest sends … times as many'],
    [
      row(`the digest for ${readable(ours.users)} users, ${connections} connections`, ours.mailsPerSecond, '–'),
      row('nodemailer by itself, rendered before', peers.nodemailer.mailsPerSecond, ratios.nodemailer.median),
      ['a loop over users, a connection a mail', readable(peers.loop.mailsPerSecond), ratios.loop],
    ],
  );
  return `${rates}\n\nThe worker had at most ${ours.peakMegabytes} MB of memory.`;
}

function writeReport(report, version) {
  const conditions = `${os.cpus().length} cores, load average ${os.loadavg()[0].toFixed(1)} at the end; ${version}; Node ${process.versions.node}.`;
  const file = path.join(import.meta.dirname, '../docs/benchmarks/email.md');
  fillIn(file, 'results', `Measured on ${new Date().toISOString().slice(0, 10)}, ${conditions}\n\n${report}`);
}
