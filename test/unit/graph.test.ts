import { type Job, WaitingChildrenError } from 'bullmq';
import { expect, it } from 'vitest';
import type { StoredMessage } from '#src/taskkit/broker/broker.js';
import { type Graph, runGroup, spawnGroup } from '#src/taskkit/broker/graph.js';

/** BullMQ's job as it lies there when a worker was lost after it noted what it enqueued, and before it began to wait. */
function jobOfLostWorker(childrenRun: boolean): Job<StoredMessage> {
  const data = { args: {}, after: [], spawned: ['group-0'] } as unknown as StoredMessage;
  return {
    id: 'group',
    name: 'journeyman.group',
    data,
    moveToWaitingChildren: async () => childrenRun,
    getChildrenValues: async () => (childrenRun ? {} : { 'celery:group-0': { n: 1 } }),
    getIgnoredChildrenFailures: async () => ({}),
  } as unknown as Job<StoredMessage>;
}

const graph: Graph = {
  enqueue: async () => [],
  dataOf: async (job) => job.data,
  addUnder: async () => {
    throw new Error('The members are there already.');
  },
};
const build = async () => [];

it('a group whose worker was lost before it began to wait waits for its members, and does not take them for lost', async () => {
  await expect(runGroup(graph, jobOfLostWorker(true), 'token', [])).rejects.toBeInstanceOf(WaitingChildrenError);
  await expect(spawnGroup(graph, jobOfLostWorker(true), 'token', build)).rejects.toBeInstanceOf(WaitingChildrenError);
});

it('goes on with their results when all have ended in the meantime', async () => {
  expect(await runGroup(graph, jobOfLostWorker(false), 'token', [])).toEqual([{ n: 1 }]);
  expect(await spawnGroup(graph, jobOfLostWorker(false), 'token', build)).toEqual([{ result: { n: 1 } }]);
});
