import { TextFilter } from '../../components/index.js';

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
