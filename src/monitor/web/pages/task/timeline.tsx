import type { TimelineStep } from '../../../types/index.js';
import { Icon, type IconName } from '../../components/index.js';
import { formatClock, formatDuration, formatTime } from '../../lib/format.js';

const words: Record<TimelineStep['what'], { label: string; icon: IconName }> = {
  enqueued: { label: 'Enqueued', icon: 'queues' },
  started: { label: 'Started', icon: 'play' },
  retried: { label: 'To be retried', icon: 'retry' },
  returned: { label: 'Handed back', icon: 'retry' },
  finished: { label: 'Ended', icon: 'stop' },
};

/** A task's times one below the other, with how long it took from each to the next, which worker ran it, and what went wrong. */
export function Timeline({ steps }: { steps: TimelineStep[] }) {
  return (
    <ol class="timeline">
      {steps.map(({ what, at, worker, error }, index) => {
        const before = steps[index - 1];
        const after = before && Date.parse(at) - Date.parse(before.at);
        return (
          <li key={index}>
            <span class="timeline-mark">
              <Icon name={words[what].icon} size={14} />
            </span>
            <span>{words[what].label}</span>
            {after !== undefined && <span class="muted">after {formatDuration(after)}</span>}
            <time dateTime={at} title={formatTime(new Date(at))}>
              {formatClock(new Date(at))}
            </time>
            {what === 'started' && <span class="timeline-note">on {worker}</span>}
            {error && (
              <span class="timeline-note timeline-error">
                {error.code}: {error.message}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
