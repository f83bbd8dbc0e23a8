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
 * @param nextId Gives each message its id.
 * @param rootId The id of the one that ends last.
 */
export function plan(signature: ResolvedSignature, after: TaskMessage[], nextId: () => string, rootId?: string): TaskMessage {
  switch (signature.kind) {
    case 'task':
      return { ...signature.message, id: rootId ?? nextId(), ...(after.length > 0 && { after }) };
    case 'chain': {
      const isLast = (index: number) => index === signature.steps.length - 1;
      const steps = signature.steps.reduce<TaskMessage[]>(
        (before, step, index) => [plan(step, before, nextId, isLast(index) ? rootId : undefined)],
        after,
      );
      return steps[0]!;
    }
    case 'group': {
      const id = rootId ?? nextId();
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

/** The messages that wait for no other: where the results of a step before go in. */
export const entryPoints = (message: TaskMessage): TaskMessage[] =>
  message.after?.length ? message.after.flatMap(entryPoints) : [message];
