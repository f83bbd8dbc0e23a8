/** Writes the long form's results into the documentation: the tables and the chart. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { barChart } from '../support/bar-chart.mjs';
import { fillIn } from '../support/report.mjs';
import { best } from '../support/statistics.mjs';

const loadBefore = loadavg()[0];

/** Tells of the load too: what else the machine did matters as much as what it is. */
export function writeReport(folder, { results, celery, leftOut, tables }) {
  const date = new Date().toISOString().slice(0, 10);
  const versions = [
    ...results.map(({ version }) => version),
    ...(celery ? [celery.version] : []),
    `Node ${process.versions.node}`,
  ];
  const load = `load average ${loadBefore.toFixed(1)} at the start, ${loadavg()[0].toFixed(1)} at the end`;
  const about = `Measured on ${date}, ${cpus().length} cores, ${load}; ${versions.join('; ')}.`;
  const missing = leftOut.map((reason) => `Left out: ${reason}.`);
  fillIn(path.join(folder, 'queue.md'), 'results', [about, ...missing, ...tables].join('\n\n'));
  writeFileSync(
    path.join(folder, 'queue.svg'),
    barChart({ title: 'Empty tasks a second', groups: chartGroups(results, celery) }),
  );
}

function chartGroups(results, celery) {
  const place = { postgres: 'embedded PostgreSQL', redis: 'Redis' };
  const bars = (rate) =>
    results.flatMap(({ kind, rates }) => [
      { label: `ours, ${place[kind]}`, value: best(rates.ours[rate]), ours: true },
      { label: `bare BullMQ, ${place[kind]}`, value: best(rates.bullmq[rate]) },
    ]);
  const celeryProcess = Object.entries(celery?.setups ?? {}).map(([name, found]) => ({
    label: `Celery, ${name}`,
    value: best(found),
  }));
  const celeryEnqueue = celery ? [{ label: 'Celery', value: best(celery.enqueued) }] : [];
  return [
    { title: 'Tasks processed a second', bars: [...bars('process'), ...celeryProcess] },
    { title: 'Tasks enqueued a second, one a call', bars: [...bars('singly'), ...celeryEnqueue] },
    { title: 'Tasks enqueued a second, 500 a call', bars: bars('inBulk') },
  ];
}
