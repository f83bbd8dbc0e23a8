import { createStore } from './store.js';

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

const key = 'journeyman-theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

const read = (): Theme => {
  const saved = localStorage.getItem(key);
  return saved === 'light' || saved === 'dark' ? saved : 'auto';
};

const chosen = createStore<Theme>(read());
/** Whether dark colours are shown now. */
const dark = createStore(false);

function apply(): void {
  const theme = chosen.get();
  dark.set(theme === 'auto' ? systemIsDark.matches : theme === 'dark');
  document.documentElement.dataset.theme = dark.get() ? 'dark' : 'light';
}

systemIsDark.addEventListener('change', apply);
apply();

export const theme = {
  chosen,
  dark,
  choose(next: Theme): void {
    localStorage.setItem(key, next);
    chosen.set(next);
    apply();
  },
};
