import type { QueueRow } from '../../types/index.js';
import { Badge } from './state.js';

/** That a queue, or an entry of the schedule, is held back. */
export const PausedBadge = () => (
  <Badge tone="retry" icon="pause">
    Paused
  </Badge>
);

/** What keeps a queue's tasks from being run; nothing when nothing does. */
export function QueueBadges({ paused, consumers }: Pick<QueueRow, 'paused' | 'consumers'>) {
  return (
    <>
      {paused && <PausedBadge />}
      {consumers.length === 0 && (
        <Badge tone="pending" icon="warning">
          No worker
        </Badge>
      )}
    </>
  );
}
