import { Icon } from '../../../components/index.js';
import type { DailyReport } from '../answers.js';

/** What was out of the ordinary, in words. */
export function Changes({ changes }: { changes: DailyReport['changes'] }) {
  if (changes.length === 0) return <span class="muted">Nothing out of the ordinary</span>;
  return (
    <ul class="changes">
      {changes.map(({ key, direction, text }) => (
        <li key={key} class={`change-${direction}`}>
          <Icon name={direction} size={14} />
          <span class="sr-only">{direction === 'up' ? 'More: ' : 'Less: '}</span>
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
