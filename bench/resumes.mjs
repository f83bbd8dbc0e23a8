/**
 * How many resumes one core analyses: PDFs of two pages, read and analysed in a warm child process, one after another. Against
 * pdftotext (poppler-utils), which gives the text alone, and against the same without what the guard costs.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { analyzeResume, assessResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
import { extractText } from '#src/resumes/extract/extract-text.js';
import { createReader } from '#src/resumes/index.js';
import { taxonomy } from '#src/skills/index.js';
import { fillIn, print, progress, readable, table } from './support/report.mjs';
import { best, median, monotonic, ratioOf, rounded } from './support/statistics.mjs';

const command = promisify(execFile);
const sizes = { quick: { files: 40, rounds: 3, cold: 3 }, long: { files: 200, rounds: 9, cold: 20 } };
const fixtures = ['21-vp-engineering.pdf', '43-mechanical-engineer.pdf'].map((file) =>
  path.join(import.meta.dirname, '../test/fixtures/resumes', file),
);
const datas = fixtures.map((file) => readFileSync(file));
const now = new Date('2026-01-15T12:00:00Z');
const demand = { openJobs: 0, skills: [] };

export async function run({ quick }) {
  const { files, rounds, cold } = quick ? sizes.quick : sizes.long;
  const known = { skills: taxonomy.map((skill, index) => ({ ...skill, id: index + 1 })), version: '1' };
  const matcher = createSkillMatcher(known.skills);
  const reader = createReader({ children: 1 });
  const fileOf = ({ pages, hidden, truncated, recognized }) => ({ pages, hidden, truncated, recognized });
  const analyze = (extraction) => assessResume(analyzeResume(extraction.text, matcher, now, fileOf(extraction)), demand);
  const readAndAnalyze = async (data) => {
    const extraction = await reader.extract(data);
    return assessResume(await reader.analyze({ text: extraction.text, file: fileOf(extraction), now }, known), demand);
  };
  const extraction = await reader.extract(datas[0]);
  const ways = {
    whole: { files, each: (index) => readAndAnalyze(datas[index % 2]) },
    analysis: { files, each: async () => analyze(extraction) },
    unguarded: { files, each: async (index) => analyze(await extractText(Buffer.from(datas[index % 2]))) },
    newChild: { files: cold, each: (index) => inNewChild(datas[index % 2]) },
    ...((await hasPdftotext()) && {
      pdftotext: { files, each: (index) => command('pdftotext', ['-layout', fixtures[index % 2], '-']) },
    }),
  };
  const rates = await measureInTurns(ways, rounds);
  const megabytes = await memoryByProcess();
  await reader.close();

  const figures = (name) => rates[name] && { best: rounded(best(rates[name])), median: rounded(median(rates[name])) };
  const ours = { resumesPerSecondAndCore: figures('whole'), analysesPerSecond: figures('analysis'), ...megabytes };
  const peers = { pdftotext: figures('pdftotext') ?? null, unguarded: figures('unguarded'), newChild: figures('newChild') };
  const ratios = Object.fromEntries(
    Object.entries(peers).map(([name, found]) => [name, found && ratioOf(rates.whole, rates[name])]),
  );
  const report = describe({ ours, peers, ratios });
  print(`\n${report}\n`);
  if (!quick) writeReport(report);
  return { ours, peers, ratios };
}

async function inNewChild(data) {
  const reader = createReader({ children: 1 });
  await reader.extract(data);
  await reader.close();
}

async function hasPdftotext() {
  return command('pdftotext', ['-v']).then(
    () => true,
    () => false,
  );
}

/** Files a second of each way in each round, in changing order. The first round warms up and is thrown away. */
async function measureInTurns(ways, rounds) {
  const rates = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    for (const [name, { files, each }] of round % 2 ? Object.entries(ways) : Object.entries(ways).reverse()) {
      const start = monotonic();
      for (let index = 0; index < files; index++) await each(index);
      if (round > 0) rates[name].push(files / ((monotonic() - start) / 1000));
    }
  }
  return rates;
}

/** What this process and its warm child hold now. */
async function memoryByProcess() {
  const { stdout } = await command('ps', ['-eo', 'ppid=,rss=,args=']);
  const child = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([parent, , ...args]) => Number(parent) === process.pid && args.join(' ').includes('guard/child.js'));
  return {
    workerMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
    childMegabytes: Math.round((Number(child?.[1]) * 1024) / 1e6),
  };
}

function describe({ ours, peers, ratios }) {
  const row = (name, rate, ratio) => [
    name,
    `${readable(rate.best)} (${readable(rate.median)})`,
    ratio ? readable(ratio.median) : '–',
  ];
  const rows = [
    row('read and analysed in a warm child', ours.resumesPerSecondAndCore),
    row('the analysis alone, without the guard', ours.analysesPerSecond),
    row('read and analysed without the guard', peers.unguarded, ratios.unguarded),
    row('read in a new child each time, not analysed', peers.newChild, ratios.newChild),
  ];
  if (peers.pdftotext) rows.push(row('pdftotext, the text alone', peers.pdftotext, ratios.pdftotext));
  const rates = table(['PDFs of two pages a second: best (median)', 'rate', 'the first does … times as many'], rows);
  const memory = `At the end the worker held ${ours.workerMegabytes} MB and its child ${ours.childMegabytes} MB.`;
  return `${rates}\n\n${memory}${peers.pdftotext ? '' : ' pdftotext is not installed here and was left out.'}`;
}

function writeReport(report) {
  const conditions = `${os.cpus().length} cores, load average ${os.loadavg()[0].toFixed(1)} at the end; Node ${process.versions.node}.`;
  const file = path.join(import.meta.dirname, '../docs/benchmarks/resumes.md');
  fillIn(file, 'results', `Measured on ${new Date().toISOString().slice(0, 10)}, ${conditions}\n\n${report}`);
}
