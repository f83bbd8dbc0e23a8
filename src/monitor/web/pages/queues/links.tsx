import { shortName } from '../../lib/format.js';
import './queues.css';

/** Names that each lead to a page of their own. */
export function Links({ to, names, empty }: { to: 'workers' | 'names'; names: string[]; empty: string }) {
  if (names.length === 0) return <p class="card-body muted">{empty}</p>;
  return (
    <ul class="links">
      {names.map((name) => (
        <li key={name}>
          <a href={`${to}/${encodeURIComponent(name)}`} title={name}>
            {to === 'names' ? shortName(name) : name}
          </a>
        </li>
      ))}
    </ul>
  );
}
