import { z } from 'zod';

const snapshotFile = z
  .object({
    name: z.string(),
    dataset: z.string(),
    format: z.enum(['json', 'csv']),
    rows: z.number().int().describe('Of a CSV file without its heading.'),
    bytes: z.number().int(),
    sha256: z.string().describe('Of the file as it is stored, compressed.'),
  })
  .meta({ id: 'SnapshotFile' });

/** What a snapshot holds; `manifest.json` in its folder. */
export const manifestSchema = z
  .object({
    name: z.string().describe('That of the folder: the date of the export in the platform’s time zone.'),
    timezone: z.string(),
    exportedAt: z.iso.datetime(),
    files: z.array(snapshotFile),
  })
  .meta({ id: 'SnapshotManifest' });

export type Manifest = z.infer<typeof manifestSchema>;
export type SnapshotFile = Manifest['files'][number];

export const manifestName = 'manifest.json';
