import { useState } from 'preact/hooks';
import { Icon } from './icon.js';

/** Copies a text to the clipboard. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [said, setSaid] = useState<string>();
  async function copy(): Promise<void> {
    const worked = await copyText(text);
    setSaid(worked ? 'Copied' : 'Could not copy');
    setTimeout(() => setSaid(undefined), 2000);
  }
  return (
    <button type="button" class="button button-small" onClick={copy}>
      <Icon name={said === 'Copied' ? 'check' : 'copy'} size={14} />
      <span aria-live="polite">{said ?? label}</span>
    </button>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // browsers give the clipboard only to pages of https and localhost
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const worked = document.execCommand('copy');
  area.remove();
  return worked;
}
