import { type Json, type RunEvent, redact, registeredTasks, type TaskError } from '../../taskkit/index.js';
import type { Origin } from '../accept.js';
import { exceptionRepr, toPythonException } from '../codec/exceptions.js';
import { argsRepr, kwargsRepr, pythonRepr } from '../codec/python-repr.js';
import type { CeleryMessage } from '../codec/types.js';

/** An event of a task: its type and what it tells. */
export type TaskEvent = [type: string, fields: Record<string, unknown>];

/** How long the text of a result may become, as in Celery. */
const maxResultLength = 1024;

const isoTime = (time: number | undefined) => (time === undefined ? null : new Date(time).toISOString().replace('Z', '+00:00'));

/** That a message was taken on. Arguments of tasks that take secrets are not told. */
export function receivedEvent(message: CeleryMessage): TaskEvent {
  const { id, task, args, kwargs, rootId = id, parentId = null, retries, eta, expires } = message;
  const isSecret = registeredTasks().get(task)?.options.sealed !== undefined;
  return [
    'task-received',
    {
      uuid: id,
      name: task,
      args: isSecret ? '(...)' : (message.argsRepr ?? argsRepr(args)),
      kwargs: isSecret ? '{...}' : (message.kwargsRepr ?? kwargsRepr(kwargs)),
      root_id: rootId,
      parent_id: parentId,
      retries,
      eta: isoTime(eta),
      expires: isoTime(expires),
    },
  ];
}

/** The same of a task of our own, which no bridge took on. */
function ownReceivedEvent({ id, name, args, rootId = id, parentId, retries, enqueuedAt }: RunEvent): TaskEvent {
  const kwargs = kwargsRepr(redact(args) as Record<string, Json>);
  const fields = {
    uuid: id,
    name,
    args: '()',
    kwargs,
    root_id: rootId,
    parent_id: parentId ?? null,
    retries,
    eta: null,
    expires: null,
  };
  return ['task-received', { ...fields, timestamp: enqueuedAt.getTime() / 1000 }];
}

function failure({ error }: RunEvent): { exception: string; traceback: string } {
  const known: TaskError = error ?? { code: 'Error', message: '' };
  return { exception: exceptionRepr(toPythonException(known)), traceback: known.stack ?? known.message };
}

function shortened(text: string): string {
  return text.length > maxResultLength ? `${text.slice(0, maxResultLength - 3)}...` : text;
}

/**
 * What Celery's listeners are told of a run.
 *
 * @param wasTerminated Whether it was ended by a command.
 */
export function eventsOf(event: RunEvent, wasTerminated: boolean): TaskEvent[] {
  const { id: uuid = event.id } = (event.origin ?? {}) as Pick<Origin, 'id'>;
  switch (event.type) {
    case 'started':
      return [...(event.origin === undefined ? [ownReceivedEvent(event)] : []), ['task-started', { uuid }]];
    case 'succeeded': {
      const runtime = (event.at.getTime() - event.startedAt.getTime()) / 1000;
      return [['task-succeeded', { uuid, result: shortened(pythonRepr(event.result)), runtime }]];
    }
    case 'failed':
      return [['task-failed', { uuid, ...failure(event) }]];
    case 'retried':
      return [['task-retried', { uuid, ...failure(event) }]];
    case 'revoked': {
      const expired = event.error?.code === 'TASK_EXPIRED';
      return [['task-revoked', { uuid, terminated: wasTerminated, signum: wasTerminated ? 15 : null, expired }]];
    }
    case 'returned':
      return [];
  }
}
