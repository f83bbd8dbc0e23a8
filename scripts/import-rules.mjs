// Holds who may import whom. Fails with every import that goes the wrong way.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const slices = [
  'accounts',
  'achievements',
  'analytics',
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
const shared = ['errors', 'taskkit', 'tasks', 'db', 'http', 'batch', 'calendar', 'storage'];

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
  celery: ['errors', 'taskkit'],
  calendar: ['taskkit'],
  ...Object.fromEntries(slices.map((slice) => [slice, [...shared, ...slices]])),
  api: [...shared, ...slices, 'settings'],
};

/** Packages that only one part may import. */
const owned = {
  bullmq: 'taskkit/broker',
  ioredis: ['taskkit/broker', 'celery'],
  commander: 'cli',
  nodemailer: 'email',
  pino: 'logging',
};

/** Files that decide: they know no database, web server, broker or settings. */
const pure = [
  /^calendar\./,
  /^resumes\/analyze\//,
  /^achievements\/(rules|decide|progress|leaderboard|find-rule)\./,
  /^notifications\/(wording|batch-entries)\./,
  /^http\/event-stream\./,
  /^db\/history\/(run-row|buffer|word-query|cursor|glob|query-language|durations|tally)\./,
  /^monitor\/(types|server\/(figures|problems|cookie|attempts|protection))\./,
  /^taskkit\/(retry|redact|routes|storable|message)\./,
  /^email\/(text|links|smtp-errors|format|skill-match|skip|unsubscribe|unsubscribe-page|iso-week|digest\/news|weekly-report\/report|daily-report\/mail)\./,
  /^community\/mentions\./,
  /^analytics\/(types|activity\/fold|growth\/months|report\/(types|sections|changes|assemble)|snapshot\/(csv|flatten|manifest))\./,
  /^mentoring\/transitions\./,
  /^recommendations\/engine\//,
  /^recommendations\/job-matches\./,
  /^recommendations\/engine\//,
];
const impure =
  /^(kysely|pg|fastify|@fastify\/.*|bullmq|ioredis|.*\/(db(?!\/history\/(durations|tally)\.)|settings|app)(\/.*|\.js))$/;

/** The monitor's pages run in a browser: of the rest they know only what its server answers with. */
const web = 'monitor/web/';
const webMayKnow = [
  web,
  'monitor/types/index.js',
  ...['types', 'report/types', 'snapshot/manifest', 'snapshot/csv'].map((name) => `analytics/${name}.js`),
];
const webMayImport = (file, specifier) =>
  specifier.startsWith('.')
    ? webMayKnow.some((start) => path.join(path.dirname(file), specifier).startsWith(start))
    : /^(preact|uplot)(\/|$)/.test(specifier);

const partOf = (file) => file.split('/')[0].replace(/\.ts$/, '');
const faults = [];

for (const file of readdirSync('src', { recursive: true }).filter((name) => /\.tsx?$/.test(name))) {
  const text = readFileSync(path.join('src', file), 'utf8');
  const from = partOf(file);
  for (const [, specifier] of text.matchAll(/(?:from|import)\s+'([^']+)'/g)) {
    const fault = (reason) => faults.push(`src/${file} imports ${specifier}: ${reason}`);
    if (file.startsWith(web)) {
      if (!webMayImport(file, specifier)) fault('the pages know only themselves and the types of what is answered');
      continue;
    }
    if (pure.some((pattern) => pattern.test(file)) && impure.test(specifier)) fault('this file decides, and knows no services');
    if (!specifier.startsWith('.')) {
      const owners = owned[specifier] && [owned[specifier]].flat();
      if (owners && !owners.some((owner) => file.startsWith(owner))) fault(`only src/${owners.join(' and src/')} may`);
      continue;
    }
    const target = path.join(path.dirname(file), specifier);
    const to = partOf(target).replace(/\.js$/, '');
    if (to === from) continue;
    if (allowed[from] && !allowed[from].includes(to))
      fault(`${from} may import ${allowed[from].join(', ') || 'nothing of ours'}`);
    const face =
      to === 'taskkit'
        ? /^taskkit\/(index|types)\.js$/
        : new RegExp(`^${to}/(index${['api', 'monitor'].includes(from) ? '|routes' : ''})\\.js$`);
    if ((to === 'taskkit' || [...slices, 'celery'].includes(to)) && !face.test(target)) fault(`${to} is imported by its index`);
  }
}

for (const fault of faults) console.error(fault);
console.log(faults.length ? `${faults.length} imports go the wrong way` : 'All imports go the right way');
process.exitCode = faults.length ? 1 : 0;
