import { type Column, Time } from '../../../components/index.js';
import { formatBytes } from '../../../lib/format.js';
import type { Manifest } from '../answers.js';
import { DaysPage } from '../days-page.js';

export const bytesOf = ({ files }: Manifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

const columns: Column<Manifest>[] = [
  { key: 'files', label: 'Files', number: true, cell: ({ files }) => files.length },
  { key: 'bytes', label: 'Size', number: true, cell: (manifest) => formatBytes(bytesOf(manifest)) },
  { key: 'exportedAt', label: 'Exported', number: true, cell: ({ exportedAt }) => <Time at={exportedAt} /> },
];

/** The exported snapshots, newest first. */
export const SnapshotsPage = () => (
  <DaysPage<Manifest>
    title="Snapshots"
    lead="All figures of a day as JSON and CSV files, compressed, each with its checksum."
    path="snapshots"
    noun="snapshot"
    dayOf={({ name }) => name}
    madeAt={({ exportedAt }) => exportedAt}
    make="Export today’s"
    columns={columns}
    hint="Have one exported, or give the task a time in the schedule."
  />
);
