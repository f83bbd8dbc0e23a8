import type { Problem } from '../../../types/index.js';
import { Icon } from '../../components/index.js';

/** What is wrong now, the worst first. */
export function Problems({ problems }: { problems: Problem[] }) {
  if (problems.length === 0)
    return (
      <div class="notice notice-fine" role="status">
        <Icon name="check" />
        <div>Nothing is wrong: every queue is served, and no task keeps failing.</div>
      </div>
    );
  const errorsFirst = [...problems].sort((one, other) => one.severity.localeCompare(other.severity));
  return (
    <ul class="problems" aria-label="What is wrong now">
      {errorsFirst.map((problem) => (
        <li key={`${problem.kind} ${problem.subject?.name}`} class={`notice notice-${problem.severity}`}>
          <Icon name="warning" />
          <div>
            <b>{problem.severity === 'error' ? 'Problem: ' : 'Warning: '}</b>
            {problem.text} {problem.subject && <a href={hrefOf(problem.subject)}>Look at it</a>}
          </div>
        </li>
      ))}
    </ul>
  );
}

const pages = { queue: 'queues', task: 'names', worker: 'workers' };

function hrefOf({ type, name }: NonNullable<Problem['subject']>): string {
  return type === 'entry' ? 'schedule' : `${pages[type]}/${encodeURIComponent(name)}`;
}
