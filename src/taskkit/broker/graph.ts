import { type Job, WaitingChildrenError } from 'bullmq';
import { coded } from '../../errors.js';
import { fillArguments } from '../canvas/fill.js';
import type { Outcome } from '../canvas/group-result.js';
import { entryPoints, idsFor, plan } from '../canvas/plan.js';
import type { Json, ResolvedSignature, TaskError, TaskMessage } from '../types.js';
import type { StoredMessage } from './broker.js';
import { outcomesOf } from './inputs.js';

/** What a worker asks of the broker for the graph around a task. */
export interface Graph {
  enqueue(messages: TaskMessage[]): Promise<unknown>;
  /** Adds messages that a running job then waits for. `again`: some of them may be there from a run that was lost. */
  addUnder(job: Job<StoredMessage>, messages: TaskMessage[], again: boolean): Promise<void>;
}

/** A failure of this task says so; one that only passes a failure on keeps the name of the first. */
function dependencyFailure(id: string, { code, message }: TaskError): Error {
  const failure = coded('TASK_DEPENDENCY_FAILED', { id, reason: `${code}: ${message}` });
  if (code === 'TASK_DEPENDENCY_FAILED') failure.message = message;
  return failure;
}

/**
 * The result a task gets from what it comes after: of one step its result, of a group's members theirs in order.
 * Throws TASK_DEPENDENCY_FAILED, naming the first that failed.
 */
export async function inputOf(job: Job<StoredMessage>): Promise<Json> {
  const results = (await outcomesOf(job, job.data.after ?? [])).map(({ id, outcome }) => {
    if ('error' in outcome) throw dependencyFailure(id, outcome.error);
    return outcome.result;
  });
  return results.length === 1 && job.name !== 'journeyman.group' ? results[0] : results;
}

/** Adds messages below a running job and lets it wait for them; goes on at once when all of them have ended already. */
async function waitFor(graph: Graph, job: Job<StoredMessage>, token: string | undefined, messages: TaskMessage[]): Promise<void> {
  await graph.addUnder(job, messages, job.attemptsStarted > 1);
  const { members: _, ...data } = job.data;
  await job.updateData({ ...data, spawned: messages.map(({ id }) => id) });
  if (messages.length > 0 && (await job.moveToWaitingChildren(token ?? ''))) throw new WaitingChildrenError();
}

const spawnedOutcomes = async (job: Job<StoredMessage>): Promise<Outcome[]> =>
  (await outcomesOf(job, job.data.spawned ?? [])).map(({ outcome }) => outcome);

/** What a group does when it runs: adds the members that follow a task, and collects the results of all. */
export async function runGroup(graph: Graph, job: Job<StoredMessage>, token: string | undefined, input: Json): Promise<Json> {
  if (!job.data.members && !job.data.spawned) return input;
  if (job.data.members) {
    const nextId = idsFor(job.id!);
    const [before] = Array.isArray(input) ? input : [];
    const messages = job.data.members.map((member) => filled(plan(member, [], nextId), before ?? null));
    await waitFor(
      graph,
      job,
      token,
      messages.map((message) => ({ ...message, groupId: job.id! })),
    );
  }
  const ids = job.data.spawned ?? [];
  return (await outcomesOf(job, ids)).map(({ id, outcome }) => {
    if ('error' in outcome) throw dependencyFailure(id, outcome.error);
    return outcome.result;
  });
}

/** Lets a handler enqueue tasks and be run again when all have ended; then gives how each ended. */
export async function spawnGroup(
  graph: Graph,
  job: Job<StoredMessage>,
  token: string | undefined,
  build: (nextId: () => string) => Promise<TaskMessage[]>,
): Promise<Outcome[]> {
  if (!job.data.spawned) {
    const messages = await build(idsFor(job.id!));
    await waitFor(
      graph,
      job,
      token,
      messages.map((message) => ({ ...message, groupId: job.id! })),
    );
  }
  return spawnedOutcomes(job);
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
  await graph.enqueue(callbacks.map((callback) => filled(plan(callback, [], nextId), offered)));
}

/** The message with its entry points' arguments filled. */
function filled(message: TaskMessage, offered: Json): TaskMessage {
  for (const entry of entryPoints(message)) entry.args = fillArguments(entry, offered);
  return message;
}
