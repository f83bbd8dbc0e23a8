import { useState } from 'preact/hooks';
import type { JsonValue } from '../../types/index.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';

/** Asks for a task's arguments as JSON, and runs it with them; what is wrong with them is shown there. */
export function ArgumentsDialog({
  title,
  name,
  args,
  hint,
  onRun,
  onClose,
}: {
  title: string;
  name: string;
  args: JsonValue;
  hint?: string;
  onRun: (args: Record<string, JsonValue>) => Promise<void>;
  onClose: () => void;
}) {
  const [text, setText] = useState(() => JSON.stringify(args, null, 2));
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await onRun(readArguments(text));
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  }

  return (
    <Dialog title={title} wide onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <code>{name}</code>
        <Field
          label="Arguments as JSON"
          value={text}
          onInput={setText}
          rows={12}
          autofocus
          error={problem}
          {...(hint && { hint })}
        />
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={busy}>
            Run
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function readArguments(text: string): Record<string, JsonValue> {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`This is no JSON: ${(error as Error).message}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Error('Arguments are an object: { "name": value }');
  return value;
}
