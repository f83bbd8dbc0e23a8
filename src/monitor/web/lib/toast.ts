import { createStore } from './store.js';

export interface ToastMessage {
  id: number;
  kind: 'done' | 'failed';
  text: string;
}

export const toasts = createStore<ToastMessage[]>([]);
let lastId = 0;

export function dismissToast(id: number): void {
  toasts.set(toasts.get().filter((message) => message.id !== id));
}

/** Tells how an action ended. What was done goes after 6 seconds; what failed stays until it is dismissed. */
export function toast(kind: ToastMessage['kind'], text: string): void {
  lastId += 1;
  const id = lastId;
  toasts.set([...toasts.get().slice(-3), { id, kind, text }]);
  if (kind === 'done') setTimeout(() => dismissToast(id), 6000);
}

/** Runs an action and tells how it ended; that it was done only with `done`. Returns whether it was. */
export async function act(action: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await action();
    if (done) toast('done', done);
    return true;
  } catch (error) {
    toast('failed', (error as Error).message);
    return false;
  }
}
