import type { ResolvedSignature, RetryPolicy, TaskMessage } from '../types.js';

/** The name under which workers know a group: it collects its members' results, and adds members that follow a task. */
export const groupTask = 'journeyman.group';

/** The name under which workers know calls that are made one after another in one task. */
export const mapTask = 'journeyman.map';

const noRetry: RetryPolicy = { maxRetries: 0, retryBackoff: 0, retryBackoffMax: 0, retryJitter: false };

/** The queue of a signature's first task: whoever serves it can also do what belongs to the graph around it. */
function queueOf(signature: ResolvedSignature): string {
  if (signature.kind === 'task') return signature.message.queue;
  if (signature.kind === 'chain') return queueOf(signature.steps[0]!);
  const [first] = signature.members;
  return first ? queueOf(first) : signature.defaultQueue;
}

/**
 * Turns a signature into the messages that make it up: a tree whose root ends last. A step of a chain comes after the step
 * before it, a group after its members. A group that follows a task is kept as its members until that task has ended, since
 * a message belongs to one other at most.
 *
 * @param after What must have ended before the first of them runs.
 * @param nextId Gives an id to each message that has none of its own.
 */
export function plan(signature: ResolvedSignature, after: TaskMessage[], nextId: () => string): TaskMessage {
  switch (signature.kind) {
    case 'task':
      return { ...signature.message, id: signature.message.id ?? nextId(), ...(after.length > 0 && { after }) };
    case 'chain':
      return signature.steps.reduce<TaskMessage[]>((before, step) => [plan(step, before, nextId)], after)[0]!;
    case 'group': {
      const id = signature.id ?? nextId();
      const members = after.length > 0 ? [] : signature.members.map((member) => ({ ...plan(member, [], nextId), groupId: id }));
      return {
        id,
        name: groupTask,
        queue: queueOf(signature),
        args: {},
        priority: 0,
        retry: noRetry,
        ignoreResult: false,
        ...(signature.onError && { onError: signature.onError }),
        ...(after.length > 0 ? { after, members: signature.members } : { after: members }),
      };
    }
  }
}

/** The ids that workers give what they add for a message: the same ones however often they try. */
export function idsFor(id: string, purpose = ''): () => string {
  let count = 0;
  return () => `${id}${purpose}-${count++}`;
}

/** A message and all that it comes after, those that run first first. */
export const treeOf = (message: TaskMessage): TaskMessage[] => [...(message.after ?? []).flatMap(treeOf), message];

/** The message that a graph begins with; of one that begins with a group, the group. */
export function firstOf(message: TaskMessage): TaskMessage {
  const [before] = message.after ?? [];
  return before && !(message.name === groupTask && !message.members) ? firstOf(before) : message;
}

/**
 * Notes in the messages of a graph where it comes from.
 *
 * @param rootId What it all began with.
 * @param parentId The task that enqueues it, if one does.
 */
export function traced(message: TaskMessage, rootId: string, parentId?: string): TaskMessage {
  for (const each of treeOf(message)) if (each.id !== rootId) each.rootId = rootId;
  if (parentId !== undefined) for (const entry of entryPoints(message)) entry.parentId = parentId;
  return message;
}

/** The messages that wait for no other: where the results of a step before go in. */
export const entryPoints = (message: TaskMessage): TaskMessage[] =>
  message.after?.length ? message.after.flatMap(entryPoints) : [message];
