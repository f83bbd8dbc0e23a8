import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  /** Several lines. */
  rows?: number;
  type?: 'text' | 'password' | 'number';
  required?: boolean;
  autoComplete?: 'username' | 'current-password' | 'off';
  autofocus?: boolean;
}

/** An input with its name, what to know about it, and what is wrong with what was typed. */
export function Field({
  label,
  value,
  onInput,
  hint,
  error,
  rows,
  type = 'text',
  required = false,
  autoComplete = 'off',
  autofocus = false,
}: FieldProps) {
  const id = useId();
  const common = {
    id,
    value,
    required,
    autofocus,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': hint || error ? `${id}-about` : undefined,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label htmlFor={id}>{label}</label>
      {rows ? (
        <textarea {...common} rows={rows} spellcheck={false} />
      ) : (
        // The typings want each type's own attributes; these have all of them in common.
        <input {...common} type={type as 'text'} autocomplete={autoComplete} />
      )}
      {(hint || error) && (
        <p id={`${id}-about`} class={error ? 'field-error' : 'field-hint'}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
