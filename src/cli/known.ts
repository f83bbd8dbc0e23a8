import { closest, distance } from 'fastest-levenshtein';
import type { App } from '../app.js';
import { listWorkers } from '../db/workers.js';
import { coded } from '../errors.js';
import { knownQueues } from '../services.js';

/** What was probably meant by a name that is not among the known ones, as the end of an error's text. */
function hintFor(name: string, known: string[]): string {
  const near = known.length ? closest(name, known) : undefined;
  return near && distance(name, near) <= Math.max(2, name.length / 3) ? ` Did you mean ${near}?` : '';
}

/** Names given as a list with commas. */
export const splitNames = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** Throws QUEUE_UNKNOWN for a queue that no task goes to and that was never used. */
export async function assertQueues({ broker, settings }: App, names: string[]): Promise<void> {
  const known = [...new Set([...(await broker.queueNames()), ...knownQueues(settings)])];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw coded('QUEUE_UNKNOWN', { name: unknown, hint: hintFor(unknown, known) });
}

/** The workers that are online, or of those the given ones. Throws WORKER_UNKNOWN. */
export async function onlineWorkers({ db }: App, names?: string[]): Promise<string[]> {
  const online = (await listWorkers(db)).filter((worker) => worker.online).map(({ name }) => name);
  const unknown = names?.find((name) => !online.includes(name));
  if (unknown !== undefined) throw coded('WORKER_UNKNOWN', { name: unknown, hint: hintFor(unknown, online) });
  return names ?? online;
}
