import { useStore } from '../lib/store.js';
import { dismissToast, toasts } from '../lib/toast.js';
import { Icon } from './icon.js';

/** The messages about how actions ended. */
export function Toasts() {
  const messages = useStore(toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {messages.map(({ id, kind, text }) => (
        <div key={id} class={`toast toast-${kind}`}>
          <Icon name={kind === 'done' ? 'check' : 'warning'} />
          <span>{text}</span>
          <button type="button" class="button button-quiet" aria-label="Dismiss" onClick={() => dismissToast(id)}>
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  );
}
