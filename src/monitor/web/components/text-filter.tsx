import { useEffect, useState } from 'preact/hooks';

export interface TextFilterProps {
  label: string;
  value: string;
  maxLength: number;
  onChange: (value: string) => void;
}

/** A text that is asked for when it is finished: on Enter, or when the field is left. */
export function TextFilter({ label, value, maxLength, onChange }: TextFilterProps) {
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
