import { createStore, useStore } from './store.js';

const now = createStore(new Date());
setInterval(() => {
  if (!document.hidden) now.set(new Date());
}, 1000);

/** The time, told anew each second while the tab is seen. */
export const useNow = (): Date => useStore(now);
