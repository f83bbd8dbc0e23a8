import { useNow } from '../lib/clock.js';
import { formatDuration, formatRelative, formatTime } from '../lib/format.js';

/** A time in the reader's zone: how long ago, with the exact time as its title; with `exact`, the exact time itself. Null is a dash. */
export function Time({ at, exact = false }: { at: string | null | undefined; exact?: boolean }) {
  if (!at) return <Nothing />;
  return exact ? <ExactTime at={at} /> : <RelativeTime at={at} />;
}

function ExactTime({ at }: { at: string }) {
  return <time dateTime={at}>{formatTime(new Date(at))}</time>;
}

function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  const time = new Date(at);
  return (
    <time dateTime={at} title={formatTime(time)}>
      {formatRelative(time, now)}
    </time>
  );
}

/** Milliseconds as people say them. Null is a dash. */
export function Duration({ ms }: { ms: number | null }) {
  return ms === null ? <Nothing /> : <span>{formatDuration(ms)}</span>;
}

/** What stands where there is no value. */
export function Nothing() {
  return (
    <span class="muted">
      <span aria-hidden="true">–</span>
      <span class="sr-only">none</span>
    </span>
  );
}
