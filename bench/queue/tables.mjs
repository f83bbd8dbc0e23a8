/** What the queue benchmark found, as tables for people and as the one line of JSON. */
import { cpus } from 'node:os';
import { table } from '../support/report.mjs';
import { best, median, quantile, ratioOf, rounded } from '../support/statistics.mjs';

export const names = {
  ours: 'ours',
  bullmq: 'bare BullMQ',
  bullmqIds: 'bare BullMQ, ids given',
  oursHistory: 'ours, with run history',
  oursLogging: 'ours, each task logged',
};
export const rates = ['singly', 'inBulk', 'process'];

export const ratesTable = ({ rates: measured }) =>
  table(
    ['tasks a second: best (median)', 'enqueue, one a call', 'enqueue, 500 a call', 'process'],
    Object.keys(measured).map((name) => [
      names[name],
      ...rates.map((rate) => `${whole(best(measured[name][rate]))} (${whole(median(measured[name][rate]))})`),
    ]),
  );

const whole = (value) => Math.round(value).toLocaleString('en-GB');

export const latencyTable = ({ latency }) =>
  table(
    ['enqueue to start, idle, ms', 'p50', 'p99'],
    ['ours', 'bullmq'].map((side) => [names[side], quantile(latency[side], 0.5), quantile(latency[side], 0.99)]),
  );

export const memoryTable = ({ memory }) =>
  table(
    [`worker memory over ${whole(memory.tasks)} tasks, MB`, 'after 5 %', 'highest', 'at the end'],
    ['ours', 'bullmq'].map((side) => [
      names[side],
      ...['rssBefore', 'rssPeak', 'rssAfter'].map((at) => Math.round(memory[side][at])),
    ]),
  );

export const groupTable = ({ group }) =>
  table(
    [`a group of ${whole(group.members)}, s`, 'enqueue', 'until joined', 'highest memory, MB'],
    [['producer and worker in one process', group.enqueue, group.join, Math.round(group.peak)]],
  );

/** The best of Celery's set-ups by what they reached at best. */
const bestCelery = ({ setups }) => Math.max(...Object.values(setups).map(best));

export function celeryTable(celery, results) {
  const rows = Object.entries(celery.setups).map(([name, found]) => [
    `${celery.version}, ${name}`,
    ...results.map(({ rates: measured }) => best(measured.ours.process) / best(found)),
  ]);
  const heads = results.map(({ kind }) => `ours on ${kind}, times as fast`);
  const figures = Object.values(celery.setups).map((found) => `${whole(best(found))} (${whole(median(found))})`);
  return table(
    ['tasks a second on the same Redis: best (median)', 'process', ...heads],
    rows.map(([name, ...ratios], index) => [name, figures[index], ...ratios]),
  );
}

export const allTables = (results, celery) => [
  ...results.flatMap((result) => [
    `### ${result.version}\n\n${result.concurrency} tasks at once, on both sides.`,
    ratesTable(result),
    latencyTable(result),
    ...(result.memory ? [memoryTable(result)] : []),
    groupTable(result),
  ]),
  ...(celery
    ? [
        `### ${celery.version} on the same Redis\n\nOne process enqueues ${whole(best(celery.enqueued))} tasks a second, one a call.`,
        celeryTable(celery, results),
      ]
    : []),
];

/** What the JSON line says: rates in tasks a second (best and median), times in ms, memory in MB. */
export function summarise(results, celery) {
  const figures = (found) => ({ best: rounded(best(found)), median: rounded(median(found)) });
  const sideOf = (name, { rates: measured, latency, memory }) => ({
    ...Object.fromEntries(rates.map((rate) => [rate, figures(measured[name][rate])])),
    ...(latency[name] && {
      latency: { p50: rounded(quantile(latency[name], 0.5)), p99: rounded(quantile(latency[name], 0.99)) },
    }),
    ...(memory?.[name] && {
      memory: { tasks: memory.tasks, before: Math.round(memory[name].rssBefore), after: Math.round(memory[name].rssAfter) },
    }),
  });
  const groupOf = ({ group: { members, enqueue, join, peak } }) => ({
    members,
    enqueueSeconds: rounded(enqueue),
    joinSeconds: rounded(join),
    memory: Math.round(peak),
  });
  const byBroker = (of) => Object.fromEntries(results.map((result) => [result.kind, of(result)]));
  const machine = { cores: cpus().length, node: process.version };
  return {
    ours: {
      ...byBroker((result) => ({
        ...sideOf('ours', result),
        group: groupOf(result),
        ...(result.rates.oursHistory && { history: sideOf('oursHistory', result) }),
        ...(result.rates.oursLogging && { logging: sideOf('oursLogging', result) }),
      })),
      machine,
    },
    peers: {
      bullmq: byBroker((result) => sideOf('bullmq', result)),
      celery: celery
        ? {
            version: celery.version,
            singly: figures(celery.enqueued),
            process: Object.fromEntries(Object.entries(celery.setups).map(([name, found]) => [name, figures(found)])),
          }
        : { leftOut: 'not installed' },
    },
    ratios: {
      bullmq: byBroker(({ rates: measured }) =>
        Object.fromEntries(rates.map((rate) => [rate, ratioOf(measured.ours[rate], measured.bullmq[rate])])),
      ),
      bullmqWithHistory: byBroker(({ rates: measured }) => ratioOf(measured.oursHistory.process, measured.bullmq.process)),
      ...(results.every(({ rates: measured }) => measured.oursLogging) && {
        bullmqWhenLogging: byBroker(({ rates: measured }) => ratioOf(measured.oursLogging.process, measured.bullmq.process)),
      }),
      ...(celery && {
        celeryPrefork: byBroker(({ rates: measured }) =>
          rounded(best(measured.ours.process) / best(celery.setups['prefork -c 2'])),
        ),
        celeryBest: byBroker(({ rates: measured }) => rounded(best(measured.ours.process) / bestCelery(celery))),
      }),
    },
  };
}
