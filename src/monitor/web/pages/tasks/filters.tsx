import { useEffect, useState } from 'preact/hooks';
import type { TaskNamesAnswer, TaskStatus } from '../../../types/index.js';
import { Icon, stateWords } from '../../components/index.js';
import { shortName } from '../../lib/format.js';
import { useSnapshot } from '../../lib/live.js';
import { askedValue, withValue } from '../../lib/query.js';
import { usePlace } from '../../lib/router.js';
import { useLoad } from '../../lib/use-load.js';
import { QueryHelpButton } from './query-help.js';

interface Option {
  value: string;
  label: string;
}

const states: Option[] = Object.entries(stateWords).map(([value, { label }]) => ({ value: value as TaskStatus, label }));
const times: Option[] = [
  { value: '15m', label: 'Last 15 min' },
  { value: '1h', label: 'Last hour' },
  { value: '1d', label: 'Last 24 h' },
  { value: '7d', label: 'Last 7 days' },
];
const plain = (values: string[]): Option[] => values.map((value) => ({ value, label: value }));

/** The query as a line to type, and beside it what is asked most as things to choose; those write into the same query. */
export function Filters({ refused, onChange }: { refused: string | undefined; onChange: (query: string) => void }) {
  const query = usePlace().query.get('query') ?? '';
  const snapshot = useSnapshot();
  const names = useLoad<TaskNamesAnswer>('api/task-names?window=7d').data?.tasks.map(({ name }) => name) ?? [];
  const filter = (field: string, label: string, options: Option[]) => (
    <Select
      label={label}
      value={askedValue(query, field)}
      options={options}
      onChange={(value) => onChange(withValue(query, field, value))}
    />
  );
  return (
    <search class="filters">
      <QueryLine query={query} refused={refused} onChange={onChange} />
      <div class="filters-row">
        {filter('state', 'Any state', states)}
        {filter(
          'name',
          'Any task',
          names.map((name) => ({ value: name, label: shortName(name) })),
        )}
        {filter('queue', 'Any queue', plain(snapshot?.queues.map(({ name }) => name) ?? []))}
        {filter('worker', 'Any worker', plain(snapshot?.workers.map(({ name }) => name) ?? []))}
        {filter('since', 'Any time', times)}
        {query && (
          <button type="button" class="button button-quiet" onClick={() => onChange('')}>
            <Icon name="cross" />
            Clear
          </button>
        )}
      </div>
    </search>
  );
}

function QueryLine({
  query,
  refused,
  onChange,
}: {
  query: string;
  refused: string | undefined;
  onChange: (query: string) => void;
}) {
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  return (
    <form
      class="query"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim());
      }}
    >
      <div class="query-field">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Query"
          aria-invalid={refused ? true : undefined}
          placeholder="Search: words, state:FAILURE, name:email, -queue:celery …"
          value={text}
          maxLength={2000}
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <button type="submit" class="button button-primary">
        Search
      </button>
      <QueryHelpButton />
    </form>
  );
}

interface SelectProps {
  /** What stands there when nothing is chosen. */
  label: string;
  value: string | undefined;
  options: Option[];
  onChange: (value: string) => void;
}

function Select({ label, value, options, onChange }: SelectProps) {
  const known = value === undefined || options.some((option) => option.value === value);
  const all = known ? options : [...options, { value, label: value }];
  return (
    <select
      class={value ? 'chosen' : undefined}
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">{label}</option>
      {all.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
