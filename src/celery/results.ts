import type { ResultTuple } from './canvas/expand.js';
import type { PythonException } from './codec/exceptions.js';
import type { Continuation } from './codec/types.js';
import { type CeleryRedis, reaching } from './redis/connect.js';
import type { ResultKeys } from './redis/names.js';

export type CeleryStatus = 'STARTED' | 'PROGRESS' | 'RETRY' | 'SUCCESS' | 'FAILURE' | 'REVOKED';

/** A result as Celery's backend holds it. */
export interface CeleryResult {
  status: CeleryStatus;
  result: unknown;
  traceback: string | null;
  children: ResultTuple[];
  date_done: string | null;
  group_id?: string;
  parent_id?: string;
  task_id: string;
}

interface Outcome {
  status: CeleryStatus;
  /** What the task returned, the exception it ended with, or what is known of its run. */
  result: unknown;
  traceback?: string | undefined;
  children?: ResultTuple[] | undefined;
  at: Date;
}

/** The end of a chord's task: 1, its id, its status and its result. */
type ChordPart = [1, string, string, unknown];

/** Celery's result backend. */
export interface Results {
  /** Stores how a task stands and tells those who wait for it. One that has succeeded is left as it is. */
  store(id: string, belongs: Pick<Continuation, 'group' | 'parentId'>, outcome: Outcome): Promise<void>;
  /** Notes how many tasks of a group must end before the chord's body runs. */
  setChordSizes(sizes: ReadonlyMap<string, number>): Promise<void>;
  /** Notes the end of a chord's task. Tells whether it is the last, or was it when it was noted before. */
  endChordPart(group: string, index: number | undefined, part: ChordPart): Promise<boolean>;
  /** The ends of a chord's tasks in order, and the tree of their ids where the groups in it were saved. */
  chordParts(group: string): Promise<{ parts: ChordPart[]; saved: ResultTuple | undefined }>;
  forgetChord(group: string): Promise<void>;
}

const ended = ['SUCCESS', 'FAILURE', 'REVOKED'];

const isoTime = (date: Date) => date.toISOString().replace('Z', '+00:00');

/** @param expires How long results are kept, in seconds. */
export function createResults(redis: CeleryRedis, keys: ResultKeys, expires: number): Results {
  return {
    async store(id, { group, parentId }, { status, result, traceback, children = [], at }) {
      const meta: CeleryResult = {
        status,
        result,
        traceback: traceback ?? null,
        children,
        date_done: ended.includes(status) ? isoTime(at) : null,
        ...(group !== undefined && { group_id: group }),
        ...(parentId !== undefined && { parent_id: parentId }),
        task_id: id,
      };
      await reaching(redis, () => redis.celeryStoreResult(keys.task(id), expires, JSON.stringify(meta)));
    },

    async setChordSizes(sizes) {
      const write = ([group, size]: [string, number]) => redis.set(keys.group(group, '.s'), size, 'EX', expires);
      await reaching(redis, () => Promise.all([...sizes].map(write)));
    },

    async endChordPart(group, index, part) {
      const parts = (['.j', '.s', '.t'] as const).map((name) => keys.group(group, name));
      const place = String(index ?? '+inf');
      const [ready, size] = await reaching(redis, () =>
        redis.celeryEndPart(...parts, place, JSON.stringify(part), expires, part[1]),
      );
      return size > 0 && ready >= size;
    },

    async chordParts(group) {
      const [members, saved] = await reaching(redis, () =>
        Promise.all([redis.zrange(keys.group(group, '.j'), 0, '-1'), redis.get(keys.group(group))]),
      );
      return {
        parts: members.map((member) => JSON.parse(member) as ChordPart),
        saved: saved === null ? undefined : (JSON.parse(saved) as { result: ResultTuple }).result,
      };
    },

    async forgetChord(group) {
      const parts = (['.j', '.s', '.t'] as const).map((name) => keys.group(group, name));
      await reaching(redis, () => redis.del(...parts));
    },
  };
}

/** The results of a chord's tasks as its body gets them, or the first that failed. */
export function chordOutcome(
  parts: ChordPart[],
  saved: ResultTuple | undefined,
): { results: unknown[] } | { failed: { id: string; exception: PythonException } } {
  const failed = parts.find(([, , status]) => status === 'FAILURE' || status === 'REVOKED');
  if (failed) return { failed: { id: failed[1], exception: failed[3] as PythonException } };
  if (!saved) return { results: parts.map(([, , , result]) => result) };
  const byId = new Map(parts.map(([, id, , result]) => [id, result]));
  const resultOf = ([[id], members]: ResultTuple): unknown => (members ? members.map(resultOf) : byId.get(id));
  return { results: (saved[1] ?? []).map(resultOf) };
}
