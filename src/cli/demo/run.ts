import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, openApp } from '../../app.js';
import { startAppApi, startAppWorker } from '../../services.js';
import { type openContext, print } from '../context.js';
import { showCommunity } from './community.js';
import { type Guest, showResume } from './resume.js';
import { step } from './steps.js';

const examples = fileURLToPath(new URL('../../../examples/resumes/', import.meta.url));

/** Starts what the demonstration needs, shows it, and stops all again. */
export async function runDemo({ settings, log }: ReturnType<typeof openContext>): Promise<void> {
  // A demonstration must not write to real people, nor need a port that is taken.
  const app = await step('Start PostgreSQL, API and worker', () =>
    openApp({ ...settings, emailUrl: undefined, apiPort: 0 }, log),
  );
  try {
    const api = await startAppApi(app);
    try {
      const worker = await startAppWorker(app);
      try {
        await demonstrate(app, api.address);
      } finally {
        await worker.stop(5);
      }
    } finally {
      await api.close();
    }
  } finally {
    await app.close();
  }
}

async function demonstrate(app: App, address: string): Promise<void> {
  const started = Date.now();
  const files = (await readdir(examples)).sort();
  print(`    database ${app.databasePlace}\n    queues   ${app.broker.address}\n    API      ${address}`);
  const guests: Guest[] = [];
  for (const file of files) guests.push(await showResume(app, address, path.join(examples, file)));
  await showCommunity(app, guests);
  print(
    `\nDone: ${files.length} resumes in ${((Date.now() - started) / 1000).toFixed(1)} s. "npm start" keeps everything running.`,
  );
}
