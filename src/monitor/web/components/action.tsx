import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useCanAct } from '../lib/session.js';
import { act } from '../lib/toast.js';
import { Dialog } from './dialog.js';
import { Icon, type IconName } from './icon.js';

interface ActionProps {
  label: string;
  icon?: IconName;
  /** Does it; what it throws is shown. */
  action: () => Promise<unknown>;
  /** What is said when it is done. Without, the action tells it by itself. */
  done?: string;
  /** What is asked before; without it, it is done at once. */
  ask?: { title: string; text: ComponentChildren };
  /** It ends or deletes something. */
  danger?: boolean;
  /** Called after it was done. */
  onDone?: () => void;
}

/** A button that does something: it asks first where that is wanted, is off while it works, and tells how it ended. None in read-only mode. */
export function ActionButton(props: ActionProps) {
  const { label, icon, action, done, ask, danger = false, onDone } = props;
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  if (!useCanAct()) return null;

  async function run(): Promise<void> {
    setBusy(true);
    const worked = await act(action, done);
    setBusy(false);
    setAsking(false);
    if (worked) onDone?.();
  }

  const look = danger ? 'button button-danger' : 'button';
  return (
    <>
      <button type="button" class={look} disabled={busy} onClick={() => (ask ? setAsking(true) : run())}>
        {icon && <Icon name={icon} />}
        {label}
      </button>
      {ask && asking && (
        <Dialog title={ask.title} onClose={() => setAsking(false)}>
          <div class="dialog-text">{ask.text}</div>
          <footer class="dialog-foot">
            <button type="button" class="button" autofocus onClick={() => setAsking(false)}>
              Cancel
            </button>
            <button
              type="button"
              class={danger ? 'button button-danger-full' : 'button button-primary'}
              disabled={busy}
              onClick={run}
            >
              {label}
            </button>
          </footer>
        </Dialog>
      )}
    </>
  );
}
