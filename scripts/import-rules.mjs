// Holds who may import whom. Fails with every import that goes the wrong way.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const slices = [
  'accounts',
  'achievements',
  'community',
  'courses',
  'email',
  'jobs',
  'mentoring',
  'notifications',
  'recommendations',
  'resumes',
  'skills',
];
const shared = ['errors', 'taskkit', 'tasks', 'db', 'http', 'batch', 'storage'];

/** For each part of src: the parts it may import. A part that is not listed may import everything. */
const allowed = {
  errors: [],
  settings: ['errors', 'settings-table'],
  'settings-table': [],
  logging: [],
  storage: ['errors'],
  'secret-key': [],
  taskkit: ['errors'],
  tasks: ['taskkit'],
  db: ['errors', 'taskkit'],
  http: ['errors', 'taskkit', 'db'],
  batch: ['errors', 'taskkit', 'db'],
  ...Object.fromEntries(slices.map((slice) => [slice, [...shared, ...slices]])),
  api: [...shared, ...slices, 'settings'],
};

/** Packages that only one part may import. */
const owned = { bullmq: 'taskkit/broker', ioredis: 'taskkit/broker', commander: 'cli', nodemailer: 'email', pino: 'logging' };

/** Files that decide: they know no database, web server, broker or settings. */
const pure = [
  /^resumes\/analyze\//,
  /^achievements\/(rules|decide|progress|leaderboard|find-rule)\./,
  /^notifications\/(wording|batch-entries|event-stream)\./,
  /^db\/history\/(run-row|redact|buffer|word-query|cursor)\./,
  /^taskkit\/(retry|routes|storable|message)\./,
  /^email\/(text|links|smtp-errors|format|skill-match|skip|unsubscribe|unsubscribe-page|calendar|digest\/news|weekly-report\/report)\./,
  /^community\/mentions\./,
  /^mentoring\/transitions\./,
  /^recommendations\/engine\//,
  /^recommendations\/job-matches\./,
  /^recommendations\/engine\//,
];
const impure = /^(kysely|pg|fastify|@fastify\/.*|bullmq|ioredis|.*\/(db|settings|app)(\/.*|\.js))$/;

const partOf = (file) => file.split('/')[0].replace(/\.ts$/, '');
const faults = [];

for (const file of readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.ts'))) {
  const text = readFileSync(path.join('src', file), 'utf8');
  const from = partOf(file);
  for (const [, specifier] of text.matchAll(/(?:from|import)\s+'([^']+)'/g)) {
    const fault = (reason) => faults.push(`src/${file} imports ${specifier}: ${reason}`);
    if (pure.some((pattern) => pattern.test(file)) && impure.test(specifier)) fault('this file decides, and knows no services');
    if (!specifier.startsWith('.')) {
      const owner = owned[specifier];
      if (owner && !file.startsWith(owner)) fault(`only src/${owner} may`);
      continue;
    }
    const target = path.join(path.dirname(file), specifier);
    const to = partOf(target).replace(/\.js$/, '');
    if (to === from) continue;
    if (allowed[from] && !allowed[from].includes(to))
      fault(`${from} may import ${allowed[from].join(', ') || 'nothing of ours'}`);
    const face =
      to === 'taskkit' ? /^taskkit\/(index|types)\.js$/ : new RegExp(`^${to}/(index${from === 'api' ? '|routes' : ''})\\.js$`);
    if ((to === 'taskkit' || slices.includes(to)) && !face.test(target)) fault(`${to} is imported by its index`);
  }
}

for (const fault of faults) console.error(fault);
console.log(faults.length ? `${faults.length} imports go the wrong way` : 'All imports go the right way');
process.exitCode = faults.length ? 1 : 0;
