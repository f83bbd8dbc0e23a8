import { CopyButton, Icon, Loaded, Section, Table, Time } from '../../../components/index.js';
import { formatBytes } from '../../../lib/format.js';
import { useLoad } from '../../../lib/use-load.js';
import type { Manifest } from '../answers.js';
import { longDate } from '../dates.js';
import { exactly } from '../figure.js';
import { AnalyticsPage } from '../frame.js';
import { bytesOf } from './snapshots.js';

/** What one snapshot holds. */
export function SnapshotPage({ name }: { name: string }) {
  const load = useLoad<Manifest>(`api/analytics/snapshots/${encodeURIComponent(name)}`);
  const manifest = load.data;
  return (
    <AnalyticsPage
      title={manifest ? `Snapshot of ${longDate(manifest.name)}` : 'Snapshot'}
      lead={
        manifest && (
          <span>
            Exported <Time at={manifest.exportedAt} />, {formatBytes(bytesOf(manifest))}, days by the clock of {manifest.timezone}
          </span>
        )
      }
      aside={
        <a class="button" href="analytics/snapshots">
          All snapshots
        </a>
      }
    >
      <Loaded of={load}>{(found) => <Files manifest={found} />}</Loaded>
    </AnalyticsPage>
  );
}

function Files({ manifest }: { manifest: Manifest }) {
  return (
    <Section title="Files" aside={<CopyButton text={JSON.stringify(manifest, null, 2)} label="Copy the manifest" />}>
      <Table
        caption="Files of the snapshot"
        columns={[
          {
            key: 'name',
            label: 'File',
            cell: ({ name }) => (
              <a class="download" href={`api/analytics/snapshots/${manifest.name}/${name}`} download>
                <Icon name="download" size={14} />
                {name}
              </a>
            ),
          },
          { key: 'rows', label: 'Rows', number: true, cell: ({ rows }) => exactly(rows) },
          { key: 'bytes', label: 'Size', number: true, cell: ({ bytes }) => formatBytes(bytes) },
          {
            key: 'sha256',
            label: 'SHA-256',
            wide: true,
            minor: true,
            cell: ({ sha256 }) => (
              <code class="cut" title={sha256}>
                {sha256}
              </code>
            ),
          },
        ]}
        rows={manifest.files}
        rowKey={({ name }) => name}
        empty={null}
      />
    </Section>
  );
}
