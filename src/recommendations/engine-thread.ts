/**
 * The thread that computes recommendations, so that the process goes on renewing the locks of its tasks meanwhile. It holds one index,
 * and answers one request after another.
 */
import { parentPort } from 'node:worker_threads';
import {
  createIndex,
  type Kind,
  type Limits,
  type RecommendationIndex,
  recommend,
  type Snapshot,
  type UserFacts,
} from './engine/index.js';

export type EngineRequest = { id: number } & ({ snapshot: Snapshot } | { users: UserFacts[]; limits: Limits; now: Date });

/** What was computed for some users. Items are text already: it is what the database takes, and cheap to hand from thread to thread. */
export interface ComputedLists {
  userIds: number[];
  /** JSON: an array with `{ userId, items }` for each user. */
  json: Partial<Record<Kind, string>>;
  /** How many items there are of all kinds. */
  items: number;
  /** For each user, the jobs in their order. */
  jobs: { id: number; score: number }[][];
}

export type EngineAnswer = { id: number; lists?: ComputedLists } | { id: number; fault: string };

function compute(index: RecommendationIndex, users: UserFacts[], limits: Limits, now: Date): ComputedLists {
  const all = users.map((user) => ({ userId: user.userId, lists: recommend(index, user, limits, now) }));
  const json: ComputedLists['json'] = {};
  let items = 0;
  for (const kind of Object.keys(limits) as Kind[]) {
    json[kind] = JSON.stringify(all.map(({ userId, lists }) => ({ userId, items: lists[kind] })));
    for (const { lists } of all) items += lists[kind]!.length;
  }
  return {
    userIds: users.map(({ userId }) => userId),
    json,
    items,
    jobs: all.map(({ lists }) => (lists.jobs ?? []).map(({ id, score }) => ({ id, score }))),
  };
}

let index: RecommendationIndex | undefined;

function answer(request: EngineRequest): EngineAnswer {
  const { id } = request;
  try {
    if ('users' in request) return { id, lists: compute(index!, request.users, request.limits, request.now) };
    index = createIndex(request.snapshot);
    return { id };
  } catch (error) {
    return { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort!.on('message', (request: EngineRequest) => parentPort!.postMessage(answer(request)));
