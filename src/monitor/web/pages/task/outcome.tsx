import type { TaskErrorInfo, TaskLogLine } from '../../../types/index.js';
import { Badge, CopyButton, Section, type Tone } from '../../components/index.js';
import { formatClock } from '../../lib/format.js';

/** Why a task failed, with its stack. */
export function ErrorDetails({ error: { code, message, stack } }: { error: TaskErrorInfo }) {
  return (
    <Section title="Error" aside={<CopyButton text={stack ?? `${code}: ${message}`} />}>
      <div class="card-body">
        <p class="error-message">
          <b>{code}</b> {message}
        </p>
        {stack && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard
          <pre class="code" tabIndex={0}>
            {stack}
          </pre>
        )}
      </div>
    </Section>
  );
}

const levels: Record<TaskLogLine['level'], Tone> = { info: 'started', warn: 'retry', error: 'failure' };

/** What its runs logged. */
export function Logs({ lines }: { lines: TaskLogLine[] }) {
  if (lines.length === 0) return null;
  return (
    <Section title="Logs">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard */}
      <section class="logs" tabIndex={0} aria-label="Log lines">
        {lines.map(({ at, level, message }, index) => (
          <div key={index} class="log-line">
            <time dateTime={at}>{formatClock(new Date(at))}</time>
            <Badge tone={levels[level]} icon={level === 'error' || level === 'warn' ? 'warning' : 'help'}>
              {level}
            </Badge>
            <span>{message}</span>
          </div>
        ))}
      </section>
    </Section>
  );
}
