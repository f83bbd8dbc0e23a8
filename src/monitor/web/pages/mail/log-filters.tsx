import { useEffect, useState } from 'preact/hooks';

/** Which mails of the log are shown. */
export function LogFilters({ query, onChange }: { query: URLSearchParams; onChange: (changes: Record<string, string>) => void }) {
  return (
    <search class="log-filters">
      <select
        aria-label="State"
        value={query.get('status') ?? ''}
        onChange={(event) => onChange({ status: event.currentTarget.value })}
      >
        <option value="">Any state</option>
        <option value="sent">Sent</option>
        <option value="failed">Failed</option>
        <option value="sending">Sending</option>
        <option value="suppressed">Suppressed</option>
        <option value="skipped">Skipped</option>
      </select>
      <TextFilter label="To" value={query.get('to') ?? ''} maxLength={254} onChange={(to) => onChange({ to })} />
      <TextFilter
        label="Template"
        value={query.get('template') ?? ''}
        maxLength={100}
        onChange={(template) => onChange({ template })}
      />
    </search>
  );
}

/** A text that is asked for when it is finished: on Enter, or when the field is left. */
function TextFilter({
  label,
  value,
  maxLength,
  onChange,
}: {
  label: string;
  value: string;
  maxLength: number;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      maxLength={maxLength}
      spellcheck={false}
      onInput={(event) => setText(event.currentTarget.value)}
      onChange={() => onChange(text.trim())}
    />
  );
}
