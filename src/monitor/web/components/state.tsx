import { Fragment } from 'preact';
import type { TaskStatus } from '../../types/index.js';
import { shortName } from '../lib/format.js';
import { Icon, type IconName } from './icon.js';

export const stateWords: Record<TaskStatus, { label: string; icon: IconName }> = {
  PENDING: { label: 'Pending', icon: 'clock' },
  STARTED: { label: 'Running', icon: 'play' },
  RETRY: { label: 'Retrying', icon: 'retry' },
  SUCCESS: { label: 'Succeeded', icon: 'check' },
  FAILURE: { label: 'Failed', icon: 'cross' },
  REVOKED: { label: 'Revoked', icon: 'stop' },
};

/** A task's state as a word with a picture and a colour. */
export function StateBadge({ status }: { status: TaskStatus }) {
  const { label, icon } = stateWords[status];
  return (
    <Badge tone={status.toLowerCase() as Tone} icon={icon}>
      {label}
    </Badge>
  );
}

/** Colours by meaning. */
export type Tone = 'pending' | 'started' | 'retry' | 'success' | 'failure' | 'revoked';

/** Any state: a word, with a picture and a colour of its meaning. */
export function Badge({ tone, icon, children }: { tone: Tone; icon: IconName; children: string }) {
  return (
    <span class={`badge tone-${tone}`}>
      <Icon name={icon} size={13} />
      {children}
    </span>
  );
}

/** A task's short name, which may be broken after its underscores; the full one is its title. */
export function TaskName({ name }: { name: string }) {
  const words = shortName(name).split('_');
  return (
    <b class="name" title={name}>
      {words.map((word, index) => (
        <Fragment key={index}>
          {index > 0 && '_'}
          {index > 0 && <wbr />}
          {word}
        </Fragment>
      ))}
    </b>
  );
}
