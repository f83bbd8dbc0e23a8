import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { argsRepr, kwargsRepr } from './python-repr.js';
import { writeTypedJson } from './typed-json.js';
import type { CeleryMessage } from './types.js';

const isoTime = (time: number | undefined) => (time === undefined ? null : new Date(time).toISOString().replace('Z', '+00:00'));

const origin = `gen${process.pid}@${hostname()}`;

/**
 * Writes a message of protocol 2 as kombu lays it into Redis, so that a Python worker takes it.
 *
 * @param now For the time that an `expires` leaves, in milliseconds since 1970.
 */
export function encodeMessage(message: CeleryMessage, queue: string, now: number): string {
  const { id, task, args, kwargs, expires } = message;
  const embed = {
    callbacks: message.callbacks ?? null,
    errbacks: message.errbacks ?? null,
    chain: message.chain ?? null,
    chord: message.chord ?? null,
  };
  const envelope = {
    body: Buffer.from(writeTypedJson([args, kwargs, embed])).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: {
      lang: 'py',
      task,
      id,
      shadow: null,
      eta: isoTime(message.eta),
      expires: isoTime(expires),
      group: message.group ?? null,
      group_index: message.groupIndex ?? null,
      retries: message.retries,
      timelimit: [message.timeLimit ?? null, message.softTimeLimit ?? null],
      root_id: message.rootId ?? id,
      parent_id: message.parentId ?? null,
      argsrepr: argsRepr(args),
      kwargsrepr: kwargsRepr(kwargs),
      origin,
      ignore_result: message.ignoreResult ?? false,
    },
    properties: {
      correlation_id: id,
      reply_to: message.replyTo ?? '',
      delivery_mode: 2,
      ...(expires !== undefined && { expiration: String(Math.max(0, expires - now)) }),
      delivery_info: { exchange: '', routing_key: queue },
      priority: message.priority ?? 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  };
  return JSON.stringify(envelope);
}
