import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Kysely } from 'kysely';
import { localDate } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import type { FileStorage } from '../../storage.js';
import { csvRecord } from './csv.js';
import { type Dataset, datasetsAt, recordsOf, type SnapshotMoment } from './datasets.js';
import { type Manifest, manifestName, type SnapshotFile } from './manifest.js';

/**
 * Writes a snapshot of the analytics as one folder of the storage, whole or not at all: each dataset as a JSON and as a CSV file,
 * compressed, and a manifest. All of it is of one moment of the database. An older snapshot of the same day is replaced.
 *
 * @param folder Where the storage keeps snapshots; the folder of this one is made below it.
 */
export async function writeSnapshot(
  db: Kysely<Database>,
  { storage, folder, signal, ...moment }: SnapshotMoment & { storage: FileStorage; folder?: string; signal?: AbortSignal },
): Promise<Manifest> {
  const name = localDate(moment.now, moment.timezone);
  const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return storage.putFolder(folder ? `${folder}/${name}` : name, async (put) => {
    const files = await reading.execute(async (trx) => {
      const written: SnapshotFile[] = [];
      for (const dataset of datasetsAt(moment)) {
        for (const format of ['json', 'csv'] as const) {
          signal?.throwIfAborted();
          written.push(await writeFile(put, dataset, format, dataset.rows(trx)));
        }
      }
      return written;
    });
    const manifest = { name, timezone: moment.timezone, exportedAt: moment.now.toISOString(), files };
    await put(manifestName, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    return manifest;
  });
}

async function writeFile(
  put: FileStorage['put'],
  dataset: Dataset,
  format: SnapshotFile['format'],
  rows: AsyncIterable<object>,
): Promise<SnapshotFile> {
  const name = `${dataset.name}.${format}.gz`;
  const count = { rows: 0 };
  const lines = format === 'json' ? jsonLines(rows, count) : csvLines(dataset, rows, count);
  const compressed = createGzip();
  // An error of the rows becomes one of the compressed stream, which `put` passes on.
  pipeline(Readable.from(together(lines)), compressed, () => undefined);
  return { name, dataset: dataset.name, format, ...(await put(name, compressed)), ...count };
}

/** An array with a row on each line, so that it can be read whole and line by line. */
async function* jsonLines(rows: AsyncIterable<object>, count: { rows: number }): AsyncGenerator<string> {
  yield '[';
  for await (const row of rows) {
    yield `${count.rows === 0 ? '' : ','}\n${JSON.stringify(row)}`;
    count.rows += 1;
  }
  yield '\n]\n';
}

async function* csvLines(dataset: Dataset, rows: AsyncIterable<object>, count: { rows: number }): AsyncGenerator<string> {
  yield csvRecord(dataset.columns);
  for await (const row of rows) {
    for (const record of recordsOf(dataset, row)) {
      yield csvRecord(record);
      count.rows += 1;
    }
  }
}

const pieceLength = 65_536;

/** Joins short texts to longer ones, since each one costs a step of the stream. */
async function* together(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece) yield piece;
}
