import { useMemo } from 'preact/hooks';
import type { MinutePoint, ThroughputAnswer } from '../../../types/index.js';
import { LatencyChart, Loaded, OutcomeChart, Section, useWindow, WindowChoice } from '../../components/index.js';
import { useLoad } from '../../lib/use-load.js';

/** How many runs ended how, and how long they took: the last hour live, longer windows on request. */
export function Throughput({ minutes }: { minutes: MinutePoint[] }) {
  const window = useWindow('1h');
  const load = useLoad<ThroughputAnswer>(window === '1h' ? undefined : `api/throughput?window=${window}`, { every: 30 });
  const live = useMemo(() => ({ ...load, data: { points: minutes } }), [load, minutes]);
  const shown = window === '1h' ? live : load;
  return (
    <div class="columns">
      <Section title="Runs by how they ended" aside={<WindowChoice fallback="1h" />}>
        <Loaded of={shown}>{({ points }) => <OutcomeChart points={points} />}</Loaded>
      </Section>
      <Section title="Runtime and wait">
        <Loaded of={shown}>{({ points }) => <LatencyChart points={points} />}</Loaded>
      </Section>
    </div>
  );
}
