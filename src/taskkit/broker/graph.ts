import { type Job, WaitingChildrenError } from 'bullmq';
import { coded } from '../../errors.js';
import { fillArguments } from '../canvas/fill.js';
import type { Outcome } from '../canvas/group-result.js';
import { entryPoints, groupTask, idsFor, plan, traced } from '../canvas/plan.js';
import type { Json, ResolvedSignature, TaskError, TaskMessage } from '../types.js';
import type { StoredMessage } from './broker.js';
import { outcomesOf } from './inputs.js';

/** What a worker asks of the broker for the graph around a task. */
export interface Graph {
  enqueue(messages: TaskMessage[]): Promise<unknown>;
  /** What the broker holds of a running job now: somebody may have revoked it meanwhile. */
  dataOf(job: Job<StoredMessage>): Promise<StoredMessage>;
  /** Adds messages that a running job then waits for. `again`: some of them may be there from a run that was lost. */
  addUnder(job: Job<StoredMessage>, messages: TaskMessage[], again: boolean): Promise<void>;
}

/** A failure of this task says so; one that only passes a failure on keeps the name of the first. */
function dependencyFailure(id: string, { code, message }: TaskError): Error {
  const failure = coded('TASK_DEPENDENCY_FAILED', { id, reason: `${code}: ${message}` });
  if (code === 'TASK_DEPENDENCY_FAILED') failure.message = message;
  return failure;
}

/** The results in order. Throws TASK_DEPENDENCY_FAILED, naming the first that failed. */
const resultsOf = (outcomes: { id: string; outcome: Outcome }[]): Json[] =>
  outcomes.map(({ id, outcome }) => {
    if ('error' in outcome) throw dependencyFailure(id, outcome.error);
    return outcome.result;
  });

/**
 * The result a task gets from what it comes after: of one step its result, of a group's members theirs in order.
 * Throws TASK_DEPENDENCY_FAILED, naming the first that failed.
 */
export async function inputOf(job: Job<StoredMessage>): Promise<Json> {
  const results = resultsOf(await outcomesOf(job, job.data.after ?? []));
  return results.length === 1 && job.name !== groupTask ? results[0] : results;
}

const rootOf = (job: Job<StoredMessage>): string => job.data.rootId ?? job.id!;

/** Adds messages below a running job, and notes them. Throws TASK_REVOKED when the job has been revoked since it began. */
async function spawn(graph: Graph, job: Job<StoredMessage>, messages: TaskMessage[], parentId: string): Promise<void> {
  if ((await graph.dataOf(job)).revoked) throw coded('TASK_REVOKED', { name: job.name });
  const members = messages.map((message) => traced({ ...message, groupId: job.id! }, rootOf(job), parentId));
  await graph.addUnder(job, members, job.attemptsStarted > 1);
  const { members: _, ...data } = await graph.dataOf(job);
  await job.updateData({ ...data, spawned: messages.map(({ id }) => id) });
}

/**
 * How what a job added has ended; lets the job wait for those that still run. Asked in every run: a worker may have been
 * lost between the note of what it added and the wait for it.
 */
async function spawnedOutcomes(job: Job<StoredMessage>, token: string | undefined): Promise<{ id: string; outcome: Outcome }[]> {
  const ids = job.data.spawned ?? [];
  if (ids.length > 0 && (await job.moveToWaitingChildren(token ?? ''))) throw new WaitingChildrenError();
  return outcomesOf(job, ids);
}

/** What a group does when it runs: adds the members that follow a task, and collects the results of all. */
export async function runGroup(graph: Graph, job: Job<StoredMessage>, token: string | undefined, input: Json): Promise<Json> {
  const { members, spawned } = job.data;
  if (!members && !spawned) return input;
  if (members) {
    const nextId = idsFor(job.id!);
    const [before] = Array.isArray(input) ? input : [];
    const messages = members.map((member) => filled(plan(member, [], nextId), before ?? null));
    await spawn(graph, job, messages, job.data.after?.[0] ?? job.id!);
  }
  return resultsOf(await spawnedOutcomes(job, token));
}

/** Lets a handler enqueue tasks and be run again when all have ended; then gives how each ended. */
export async function spawnGroup(
  graph: Graph,
  job: Job<StoredMessage>,
  token: string | undefined,
  build: (nextId: () => string) => Promise<TaskMessage[]>,
): Promise<Outcome[]> {
  if (!job.data.spawned) await spawn(graph, job, await build(idsFor(job.id!)), job.id!);
  return (await spawnedOutcomes(job, token)).map(({ outcome }) => outcome);
}

/** Enqueues what follows a task, under ids of its own, so that a run that is repeated doubles nothing. */
export async function enqueueCallbacks(
  graph: Graph,
  job: Job<StoredMessage>,
  purpose: 'link' | 'onError',
  callbacks: ResolvedSignature[] | undefined,
  offered: Json,
): Promise<void> {
  if (!callbacks?.length) return;
  const nextId = idsFor(job.id!, `-${purpose}`);
  const messages = callbacks.map((callback) => filled(plan(callback, [], nextId), offered));
  await graph.enqueue(messages.map((message) => traced(message, rootOf(job), job.id!)));
}

/** The message with its entry points' arguments filled. */
function filled(message: TaskMessage, offered: Json): TaskMessage {
  for (const entry of entryPoints(message)) entry.args = fillArguments(entry, offered);
  return message;
}
