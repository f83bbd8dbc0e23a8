import type { ComponentChildren } from 'preact';
import type { ApiError } from '../lib/api.js';
import type { Load } from '../lib/use-load.js';
import { Icon, type IconName } from './icon.js';

/**
 * What was loaded, once it is there: a skeleton before, the reason with a button to try again when it failed. When a later request
 * fails, what is there stays, with a line that says so.
 */
export function Loaded<T>({ of, children }: { of: Load<T>; children: (data: T) => ComponentChildren }) {
  const { data, error, reload } = of;
  if (data === undefined) return error ? <Failed error={error} onRetry={reload} /> : <Skeleton />;
  return (
    <>
      {error && <Notice tone="warning">What follows may be out of date. {error.message}</Notice>}
      {children(data)}
    </>
  );
}

/** Grey bars where text will be. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class={`skeleton-line skeleton-line-${index % 3}`} />
      ))}
    </div>
  );
}

function Failed({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  return (
    <Empty icon="warning" title={error.status === 404 ? 'Not found' : 'This could not be loaded'}>
      <p>{error.message}</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </Empty>
  );
}

/** What stands where there is nothing to show: what that means, and what to do about it. */
export function Empty({ icon = 'tasks', title, children }: { icon?: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={28} />
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** A sentence across the page that needs attention. */
export function Notice({ tone, children }: { tone: 'error' | 'warning' | 'info'; children: ComponentChildren }) {
  return (
    <div class={`notice notice-${tone}`} role={tone === 'info' ? 'note' : 'alert'}>
      <Icon name={tone === 'info' ? 'help' : 'warning'} />
      <div>{children}</div>
    </div>
  );
}
