import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from './dialog.js';

export interface FormProps {
  /** What the button that sends it is called. */
  submit: string;
  /** Sends it; what it throws is shown in the form. */
  onSubmit: () => Promise<unknown>;
  children: ComponentChildren;
}

/** Fields with the button that sends them. What goes wrong is said below the fields, which stay as they are. */
export function Form({ submit, onSubmit, children }: FormProps) {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await onSubmit();
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  }

  return (
    <form class="stack" onSubmit={send}>
      {children}
      {problem && (
        <p class="field-error" role="alert">
          {problem}
        </p>
      )}
      <footer class="dialog-foot">
        <button type="submit" class="button button-primary" disabled={busy}>
          {submit}
        </button>
      </footer>
    </form>
  );
}

/** A form in a modal window, which closes when the form was sent. */
export function FormDialog({ title, onClose, onSubmit, ...form }: FormProps & { title: string; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        {...form}
        onSubmit={async () => {
          await onSubmit();
          onClose();
        }}
      />
    </Dialog>
  );
}
