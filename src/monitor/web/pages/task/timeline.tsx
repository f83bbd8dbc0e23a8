import type { TaskDetail } from '../../../types.js';
import { Icon, type IconName } from '../../components/index.js';
import { formatClock, formatDuration, formatTime } from '../../lib/format.js';

type Step = TaskDetail['timeline'][number];

const words: Record<Step['what'], { label: string; icon: IconName }> = {
  enqueued: { label: 'Enqueued', icon: 'queues' },
  due: { label: 'Due', icon: 'schedule' },
  started: { label: 'Started', icon: 'play' },
  retried: { label: 'To be retried', icon: 'retry' },
  finished: { label: 'Ended', icon: 'stop' },
};

/** A task's times one below the other, with how long it took from each to the next. */
export function Timeline({ steps }: { steps: Step[] }) {
  return (
    <ol class="timeline">
      {steps.map(({ what, at }, index) => {
        const before = steps[index - 1];
        const after = before && Date.parse(at) - Date.parse(before.at);
        return (
          <li key={`${what} ${at}`}>
            <span class="timeline-mark">
              <Icon name={words[what].icon} size={14} />
            </span>
            <span>{words[what].label}</span>
            {after !== undefined && <span class="muted">after {formatDuration(after)}</span>}
            <time dateTime={at} title={formatTime(new Date(at))}>
              {formatClock(new Date(at))}
            </time>
          </li>
        );
      })}
    </ol>
  );
}
