export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export type TaskStatus = 'PENDING' | 'STARTED' | 'RETRY' | 'SUCCESS' | 'FAILURE' | 'REVOKED';

/** How far back figures go. */
export type TimeWindow = '1h' | '6h' | '1d' | '7d';

/** Every answer with a status from 400. */
export interface ErrorAnswer {
  error: { code: string; message: string; fields?: Record<string, string> };
}
