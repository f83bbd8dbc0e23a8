import type { ErrorAnswer } from '../../types/index.js';
import { createStore } from './store.js';

/** An answer that says no: the server's code and message. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Set when an answer asked for a login. */
export const loginWanted = createStore(false);

/** Reads JSON from the monitor's API, such as `api/queues`. Throws `ApiError`. */
export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => request<T>(path, signal ? { signal } : {});

/** Sends an action. Throws `ApiError`. */
export const post = <T>(path: string, body: object = {}): Promise<T> =>
  request<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function request<T>(path: string, options: RequestInit): Promise<T> {
  // A page of another site cannot send this header: with it, an action is known to come from here. It also keeps the browser from
  // asking for a password in a window of its own.
  const headers = { ...options.headers, 'x-requested-with': 'journeyman' };
  const answer = await fetch(path, { ...options, headers }).catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'UNREACHABLE', 'The monitor does not answer. Is it still running?');
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return body as T;
  const { code, message } = (body as Partial<ErrorAnswer> | undefined)?.error ?? {};
  if (answer.status === 401 && path !== 'api/login') loginWanted.set(true);
  throw new ApiError(answer.status, code ?? 'UNKNOWN', message ?? `The monitor answered ${answer.status}.`);
}
