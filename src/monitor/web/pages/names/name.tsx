import type { TaskNameDetail } from '../../../types/index.js';
import {
  LatencyChart,
  Loaded,
  OutcomeChart,
  Page,
  Section,
  Tile,
  Tiles,
  useWindow,
  WindowChoice,
} from '../../components/index.js';
import { formatDuration, formatNumber, formatShare, shortName } from '../../lib/format.js';
import { term } from '../../lib/query.js';
import { useLoad } from '../../lib/use-load.js';
import { CallTask, Contract } from './contract.js';
import { Distribution } from './distribution.js';
import { Errors, Slowest } from './runs.js';
import './names.css';

/** How the runs of one kind of task are doing. */
export function NamePage({ params }: { params: Record<string, string> }) {
  const name = params.name!;
  const window = useWindow();
  const load = useLoad<TaskNameDetail>(`api/task-names/${encodeURIComponent(name)}?window=${window}`, { every: 15 });
  const contract = load.data?.contract;
  return (
    <Page
      title={shortName(name)}
      lead={
        <>
          <code>{name}</code>
          <a href={`tasks?query=${encodeURIComponent(term('name', name))}`}>Its runs</a>
        </>
      }
      aside={
        <>
          <WindowChoice />
          {contract && <CallTask contract={contract} />}
        </>
      }
    >
      <Loaded of={load}>{(detail) => <Details detail={detail} />}</Loaded>
    </Page>
  );
}

function Details({ detail }: { detail: TaskNameDetail }) {
  return (
    <>
      <Figures detail={detail} />
      <div class="columns">
        <Section title="Runs by how they ended">
          <OutcomeChart points={detail.points} />
        </Section>
        <Section title="Runtime and wait">
          <LatencyChart points={detail.points} />
        </Section>
        <Section title="How long runs took">
          <Distribution bars={detail.distribution} />
        </Section>
        <Errors errors={detail.errors} />
        <Slowest runs={detail.slowest} />
        {detail.contract && <Contract contract={detail.contract} />}
      </div>
    </>
  );
}

function Figures({ detail: { succeeded, failed, retried, failureRate, runtime, wait } }: { detail: TaskNameDetail }) {
  const duration = (ms: number | null) => (ms === null ? '–' : formatDuration(ms));
  return (
    <Tiles>
      <Tile label="Runs" value={formatNumber(succeeded + failed)} note={`${formatNumber(retried)} retries`} />
      <Tile
        label="Failure rate"
        value={failureRate === null ? '–' : formatShare(failureRate)}
        note={`${formatNumber(failed)} failed`}
        tone={(failureRate ?? 0) >= 0.05 ? 'failure' : undefined}
      />
      <Tile label="Runtime p50" value={duration(runtime.p50Ms)} />
      <Tile label="Runtime p95" value={duration(runtime.p95Ms)} note={`p99 ${duration(runtime.p99Ms)}`} />
      <Tile label="Wait p95" value={duration(wait.p95Ms)} note={`p50 ${duration(wait.p50Ms)}`} />
    </Tiles>
  );
}
