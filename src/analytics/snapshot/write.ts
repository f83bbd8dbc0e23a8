import { once } from 'node:events';
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
        written.push(...(await writeDataset(put, dataset, dataset.rows(trx), signal)));
      }
      return written;
    });
    const manifest = { name, timezone: moment.timezone, exportedAt: moment.now.toISOString(), files };
    await put(manifestName, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    return manifest;
  });
}

/** Writes the files of a dataset side by side, so that its rows are read once. */
async function writeDataset(
  put: FileStorage['put'],
  dataset: Dataset,
  rows: AsyncIterable<object>,
  signal: AbortSignal | undefined,
): Promise<SnapshotFile[]> {
  const files = [openFile(put, dataset, 'json'), openFile(put, dataset, 'csv')];
  try {
    for await (const row of rows) {
      signal?.throwIfAborted();
      for (const file of files) await file.add(row);
    }
    return await Promise.all(files.map((file) => file.end()));
  } catch (error) {
    await Promise.all(files.map((file) => file.abandon(error as Error)));
    throw error;
  }
}

interface Format {
  head: string;
  /** The lines that a row takes; the manifest tells how many there are. */
  linesOf(row: object, isFirst: boolean): Iterable<string>;
  tail: string;
}

const formatsOf = (dataset: Dataset): Record<SnapshotFile['format'], Format> => ({
  // An array with a row on each line, so that it can be read whole and line by line.
  json: { head: '[', linesOf: (row, isFirst) => [`${isFirst ? '' : ','}\n${JSON.stringify(row)}`], tail: '\n]\n' },
  csv: {
    head: csvRecord(dataset.columns),
    *linesOf(row) {
      for (const record of recordsOf(dataset, row)) yield csvRecord(record);
    },
    tail: '',
  },
});

/** Short texts are joined to longer ones, since each one costs a step of the stream. */
const pieceLength = 65_536;

/** A compressed file that grows row by row. */
function openFile(put: FileStorage['put'], dataset: Dataset, format: SnapshotFile['format']) {
  const name = `${dataset.name}.${format}.gz`;
  const { head, linesOf, tail } = formatsOf(dataset)[format];
  const compressed = createGzip();
  const stored = put(name, compressed);
  // Whoever adds rows, ends or abandons the file meets its failure.
  compressed.on('error', () => undefined);
  stored.catch(() => undefined);
  let [piece, rows] = [head, 0];
  return {
    async add(row: object): Promise<void> {
      for (const line of linesOf(row, rows === 0)) {
        piece += line;
        rows += 1;
      }
      if (piece.length < pieceLength) return;
      const isFull = !compressed.write(piece);
      piece = '';
      // A disk that fails takes no more: nothing drains then.
      if (isFull) await Promise.race([once(compressed, 'drain'), stored]);
    },
    async end(): Promise<SnapshotFile> {
      compressed.end(piece + tail);
      return { name, dataset: dataset.name, format, ...(await stored), rows };
    },
    /** Ends after the file is of no use any more. */
    async abandon(reason: Error): Promise<void> {
      compressed.destroy(reason);
      await stored.catch(() => undefined);
    },
  };
}
