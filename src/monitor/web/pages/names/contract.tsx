import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { CallBody, JsonValue, TaskContract, TaskStarted } from '../../../types/index.js';
import { ArgumentsDialog, Facts, Icon, Nothing, Section } from '../../components/index.js';
import { post } from '../../lib/api.js';
import { formatDuration } from '../../lib/format.js';
import { navigate } from '../../lib/router.js';
import { useCanAct } from '../../lib/session.js';
import { toast } from '../../lib/toast.js';

/** What a task takes, and its limits. */
export function Contract({
  contract: { exportName, queue, parameters, maxRetries, timeLimit, softTimeLimit, rateLimit },
}: {
  contract: TaskContract;
}) {
  const seconds = (limit: number | null) => (limit === null ? <Nothing /> : formatDuration(limit * 1000));
  const items: [string, ComponentChildren][] = [
    ['Export', <code>{exportName}</code>],
    ['Queue', <a href={`queues/${encodeURIComponent(queue)}`}>{queue}</a>],
    ['Retries', maxRetries],
    ['Time limit', seconds(timeLimit)],
    ['Soft limit', seconds(softTimeLimit)],
    ['Rate limit', rateLimit ?? <Nothing />],
  ];
  return (
    <Section title="What it takes">
      <Facts items={items} />
      <ul class="parameters">
        {parameters.map(({ name, required, sealed, schema }) => (
          <li key={name}>
            <code>{name}</code>
            <span class="muted">
              {typeOf(schema)}
              {required ? '' : ', optional'}
              {sealed && ', sealed'}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The kind of value that a JSON schema allows, in a word. */
function typeOf(schema: JsonValue): string {
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return 'any value';
  const { type, anyOf, enum: values } = schema;
  if (Array.isArray(values)) return values.map(String).join(' | ');
  if (typeof type === 'string') return type;
  return Array.isArray(anyOf) ? anyOf.map(typeOf).join(' or ') : 'any value';
}

/** Calls a task with arguments that are asked for. */
export function CallTask({ contract: { name, parameters } }: { contract: TaskContract }) {
  const [open, setOpen] = useState(false);
  if (!useCanAct()) return null;
  const blank = Object.fromEntries(parameters.filter(({ required }) => required).map((parameter) => [parameter.name, null]));
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        <Icon name="play" />
        Call
      </button>
      {open && (
        <ArgumentsDialog
          title="Call this task"
          name={name}
          args={blank}
          onClose={() => setOpen(false)}
          onRun={async (args) => {
            const { id } = await post<TaskStarted>('api/tasks', { name, args } satisfies CallBody);
            toast('done', 'The task is enqueued');
            navigate(`tasks/${encodeURIComponent(id)}`);
          }}
        />
      )}
    </>
  );
}
