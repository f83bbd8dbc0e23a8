import type { Snapshot } from '../../../types/index.js';
import { Page, Skeleton } from '../../components/index.js';
import { useSnapshot } from '../../lib/live.js';
import { LastFailures } from './last-failures.js';
import { Problems } from './problems.js';
import { QueueList } from './queue-list.js';
import { Throughput } from './throughput.js';
import { OverviewTiles } from './tiles.js';

/** How the whole system is doing now, and what is wrong. */
export function Overview() {
  const snapshot = useSnapshot();
  return <Page title="Overview">{snapshot ? <Content snapshot={snapshot} /> : <Skeleton lines={12} />}</Page>;
}

function Content({ snapshot }: { snapshot: Snapshot }) {
  return (
    <>
      <Problems problems={snapshot.problems} />
      <OverviewTiles snapshot={snapshot} />
      <Throughput minutes={snapshot.minutes} />
      <div class="columns">
        <QueueList queues={snapshot.queues} />
        <LastFailures runs={snapshot.lastFailures} />
      </div>
    </>
  );
}
