import type { LoginBody, SessionAnswer } from '../../types/index.js';
import { get, loginWanted, post } from './api.js';
import { createStore, useStore } from './store.js';

const current = createStore<SessionAnswer | undefined>(undefined);

/** Who is logged in and what they may do; undefined until it is known. */
export const useSession = (): SessionAnswer | undefined => useStore(current);

/** Whether actions are offered. */
export const useCanAct = (): boolean => useStore(current)?.readOnly === false;

/** Asks who is there. Throws `ApiError`. */
export async function loadSession(): Promise<void> {
  current.set(await get<SessionAnswer>('api/session'));
}

/** Throws `ApiError` CREDENTIALS_INVALID. */
export async function logIn(body: LoginBody): Promise<void> {
  current.set(await post<SessionAnswer>('api/login', body));
  loginWanted.set(false);
}

export async function logOut(): Promise<void> {
  current.set(await post<SessionAnswer>('api/logout'));
}
