/**
 * The chaos test: enqueues a plan of tasks while workers are killed and servers restarted, waits until all has ended, and
 * holds what became of it against the plan.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { createDatabase } from '#src/db/database.js';
import { createOutbox } from '#src/db/outbox.js';
import { connect, createBroker } from '#src/taskkit/index.js';
import { planUnits, randomFrom } from './chaos-plan.mjs';
import { startServers } from './chaos-servers.mjs';
import { createChaosTables } from './chaos-tasks.mjs';
import { startProcesses } from './chaos-workers.mjs';

const workerScript = fileURLToPath(new URL('chaos-worker.mjs', import.meta.url));

/** The seed that CHAOS_SEED gives, or any: with the same one, the same things break at about the same times. */
export const chaosSeed = () => Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1_000_000));

/**
 * @param kind `postgres` or `redis`.
 * @param seed Of everything that is random.
 * @param tasks How many at least.
 * @param seconds How long the chaos lasts; the tasks are enqueued over this time.
 * @param longestMs How long a task works at most.
 * @param killEvery Seconds between two kills.
 * @param patience Seconds without any end of a unit, after the chaos, that count as a hang.
 * @returns Figures, and the problems found: none, if all is well.
 */
export async function runChaos({ kind, seed, tasks, seconds, longestMs = 400, killEvery = 2, patience = 45 }) {
  const random = randomFrom(seed);
  const began = Date.now();
  const servers = await startServers(kind);
  const db = createDatabase(servers.databaseUrl);
  const broker = createBroker(servers.brokerUrl, { resultExpires: 86_400 });
  let workers;
  try {
    await createChaosTables(db);
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    connect({ broker, outbox: createOutbox(db, servers.databaseUrl), routes: {}, defaultQueue: 'celery', log, handlers: [] });
    const units = planUnits(random, tasks, longestMs);
    workers = startProcesses(workerScript, Array(3).fill([servers.databaseUrl, servers.brokerUrl]));
    await workers.allReady();
    const chaosFrom = Date.now();
    const [refused, restarts] = await Promise.all([
      enqueueAll({ units, db, seconds }),
      wreak({ workers, restarts: servers.restarts, random, seconds, killEvery }),
    ]);
    const chaosEnded = Date.now();
    const outcome = await settle({ units, broker, db, patience });
    const problems = [...workers.problems, ...outcome.problems, ...(await findings({ units, db, poisoned: outcome.poisoned }))];
    const runs = await runFigures(db);
    if (runs.doubledTasks > 0) problems.push(`${runs.doubledTasks} effects had two tasks`);
    return {
      problems,
      lines: workers.lines,
      figures: {
        seed,
        tasks: units.reduce((sum, unit) => sum + unit.tasks, 0),
        units: units.length,
        rolledBack: units.filter(({ way }) => way === 'rolledBack').length,
        ...workers.figures(),
        ...restarts,
        enqueueRetries: refused,
        poisoned: outcome.poisoned.size,
        ...runs,
        seconds: {
          setUp: secondsBetween(began, chaosFrom),
          chaos: secondsBetween(chaosFrom, chaosEnded),
          settle: secondsBetween(chaosEnded, Date.now()),
        },
      },
    };
  } finally {
    await workers?.stop();
    connect(undefined);
    await broker.close();
    await db.destroy();
    await servers.stop();
  }
}

const secondsBetween = (from, to) => Math.round((to - from) / 100) / 10;

/** Enqueues the units over the time, several at once. Returns how often it had to try again. */
async function enqueueAll({ units, db, seconds }) {
  const lanes = 10;
  const began = Date.now();
  let retries = 0;
  const lane = async (first) => {
    for (let index = first; index < units.length; index += lanes) {
      const due = began + (index / units.length) * seconds * 1000;
      if (due > Date.now()) await sleep(due - Date.now());
      retries += await persist(() => enqueue(units[index], db));
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)));
  return retries;
}

/** Tries until it succeeds, as a caller would whose server is away for a while. Returns how often that took another try. */
async function persist(act) {
  for (let retries = 0; ; retries++) {
    try {
      await act();
      return retries;
    } catch (error) {
      if (retries === 100) throw error;
      await sleep(200);
    }
  }
}

/** The second try of a call has the id of the first one, and so doubles nothing if that one got through after all. */
async function enqueue(unit, db) {
  const options = { taskId: unit.id };
  if (unit.way === 'delay') return unit.signature.applyAsync(options);
  const transaction = async (trx) => {
    await sql`insert into chaos_orders values (${unit.key})`.execute(trx);
    await unit.signature.delayOnCommit(trx, options);
    if (unit.way === 'rolledBack') throw new RollBack();
  };
  // A commit whose answer got lost is found by the row that it left.
  const { rows } = await sql`select from chaos_orders where order_key = ${unit.key}`.execute(db);
  if (rows.length > 0) return;
  await db
    .transaction()
    .execute(transaction)
    .catch((error) => {
      if (!(error instanceof RollBack)) throw error;
    });
}

class RollBack extends Error {}

/** Kills a worker again and again, and restarts each server after a third and after two thirds of the time. */
async function wreak({ workers, restarts, random, seconds, killEvery }) {
  const began = Date.now();
  const counts = Object.fromEntries(Object.keys(restarts).map((server) => [`${server}Restarts`, 0]));
  const killing = (async () => {
    while (Date.now() - began < seconds * 1000) {
      await sleep(killEvery * 1000 * (0.5 + random()));
      await workers.killOne(random);
    }
  })();
  const restarting = (async () => {
    for (const share of [1 / 3, 2 / 3]) {
      for (const [server, restart] of Object.entries(restarts)) {
        await sleep(Math.max(0, began + (share + random() / 10) * seconds * 1000 - Date.now()));
        await restart();
        counts[`${server}Restarts`]++;
      }
    }
  })();
  await Promise.all([killing, restarting]);
  return counts;
}

/** Waits until every unit has ended and nothing is on its way any more. Finds units that ended otherwise than planned, or not. */
async function settle({ units, broker, db, patience }) {
  let pending = units.filter(({ way }) => way !== 'rolledBack');
  const problems = [];
  const poisoned = new Set();
  let movedAt = Date.now();
  for (;;) {
    const before = pending.length;
    pending = await stillPending(pending, broker, (unit, state) => {
      if (isPoisoned(state)) poisoned.add(unit);
      else if (!isAsPlanned(unit, state)) problems.push(`${unit.id} ended as ${JSON.stringify({ ...state, stack: undefined })}`);
    });
    if (pending.length < before) movedAt = Date.now();
    const left = pending.length > 0 ? [] : await leftOver(broker, db);
    if (pending.length === 0 && left.length === 0) break;
    if (Date.now() - movedAt > patience * 1000) {
      problems.push(...left);
      for (const unit of pending) problems.push(`${unit.id} (${unit.way}) has not ended: ${await describe(unit, broker)}`);
      break;
    }
    await sleep(250);
  }
  return { problems, poisoned };
}

/** Asks after units, the oldest first, until it meets many that have not ended. */
async function stillPending(units, broker, onEnd) {
  const batch = 50;
  for (let from = 0; from < units.length; from += batch) {
    const asked = units.slice(from, from + batch);
    const states = await Promise.all(asked.map(({ id }) => broker.state(id)));
    const open = asked.filter((unit, index) => {
      const ended = ['SUCCESS', 'FAILURE', 'REVOKED'].includes(states[index]?.status);
      if (ended) onEnd(unit, states[index]);
      return !ended;
    });
    if (open.length > 0) return [...open, ...units.slice(from + batch)];
  }
  return [];
}

/** A task that lost its worker three times is put aside, and what depends on it with it. */
const isPoisoned = ({ error }) => error !== undefined && /TASK_WORKER_LOST/.test(`${error.code} ${error.message}`);

function isAsPlanned({ result }, state) {
  if (result !== undefined) return state.status === 'SUCCESS' && JSON.stringify(state.result) === JSON.stringify(result);
  return state.status === 'FAILURE' && /USER_NOT_FOUND/.test(`${state.error.code} ${state.error.message}`);
}

/** What is on its way although every unit has ended. */
async function leftOver(broker, db) {
  const queues = (await broker.counts()).filter(({ waiting, active, delayed }) => waiting + active + delayed > 0);
  const { rows } = await sql`select id from task_outbox`.execute(db);
  return [
    ...queues.map((counts) => `left over: ${JSON.stringify(counts)}`),
    ...rows.map(({ id }) => `${id} is still in the outbox`),
  ];
}

async function describe({ id }, broker) {
  const [state, progress] = [await broker.state(id), await broker.groupProgress(id)];
  return JSON.stringify({ ...state, progress });
}

/** Holds the effects against the plan. The key of `chaos_effects` has kept each from being there twice. */
async function findings({ units, db, poisoned }) {
  const { rows } = await sql`select effect_key from chaos_effects`.execute(db);
  const found = new Set(rows.map(({ effect_key }) => effect_key));
  const problems = [];
  for (const unit of units) {
    for (const key of unit.effects) {
      const happened = found.delete(key);
      if (unit.way === 'rolledBack' && happened) problems.push(`${key} happened although its transaction was taken back`);
      if (unit.way !== 'rolledBack' && !happened && !poisoned.has(unit)) problems.push(`${key} never happened`);
    }
  }
  return [...problems, ...[...found].map((key) => `${key} happened, which nobody planned`)];
}

/**
 * `doubledRuns` are runs beyond one for each try that a task's retries allow: they come of killed workers and of databases that
 * went away. `doubledTasks` are effects that two tasks worked for: there must be none.
 */
async function runFigures(db) {
  const { rows } = await sql`
    select
      (select count(*) from chaos_effects) as effects,
      (select count(*) from chaos_runs) as runs,
      (select count(*) - count(distinct (effect_key, retries)) from chaos_runs) as "doubledRuns",
      (select count(*) from (select from chaos_runs group by effect_key having count(distinct task_id) > 1) as twice) as "doubledTasks"
  `.execute(db);
  return rows[0];
}
