import { unzipSync } from 'node:zlib';
import { present } from './present.js';
import { parseTypedJson } from './typed-json.js';
import type { CeleryMessage, Continuation, WireSignature } from './types.js';

/** A message that no worker could make anything of, with the reason in words. */
export class MalformedMessage extends Error {}

/** The most bytes a body may have when it is unpacked. */
const maxBodyBytes = 16 * 1024 * 1024;
/** The most levels a body may have. Python writes none with a thousand; with several thousand, what walks through it fails. */
const maxDepth = 1000;

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const numberOf = (value: unknown): number | undefined => (Number.isFinite(value) ? (value as number) : undefined);
/** A value for people. An object has no text that is safe to ask for: JSON may give it a `toString` of its own. */
const shown = (value: unknown): string => (typeof value === 'object' ? 'an object' : `"${String(value).slice(0, 50)}"`);

function requireText(value: unknown, what: string): string {
  const text = textOf(value);
  if (text === undefined) throw new MalformedMessage(`it has no ${what}`);
  return text;
}

/** A time as Python writes it with its zone; one without a zone is in UTC. */
const dateText = (value: unknown): string => {
  const text = textOf(value) ?? '';
  return /(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`;
};

function timeOf(value: unknown, what: string): number | undefined {
  if (value === null || value === undefined) return undefined;
  // A number is Protocol 1's, or that of another client: seconds since 1970.
  const time = new Date(typeof value === 'number' ? value * 1000 : dateText(value)).getTime();
  if (Number.isNaN(time)) throw new MalformedMessage(`its ${what} is ${shown(value)}, which is no time`);
  return time;
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)));

function unpack(packed: Buffer, compression: string): string {
  if (!/gzip|zlib/.test(compression))
    throw new MalformedMessage(`its body is compressed by ${compression}; gzip and zlib are taken`);
  try {
    return unzipSync(packed, { maxOutputLength: maxBodyBytes }).toString();
  } catch (error) {
    throw new MalformedMessage(`its body could not be unpacked: ${(error as Error).message}`);
  }
}

function readBody({ body, headers, properties, 'content-type': contentType }: Fields): unknown {
  if (contentType !== undefined && contentType !== 'application/json')
    throw new MalformedMessage(`its content type is ${shown(contentType)}; application/json is taken`);
  if (typeof body !== 'string') throw new MalformedMessage('it has no body');
  const compression = textOf(fieldsOf(headers).compression);
  const isBase64 = fieldsOf(properties).body_encoding === 'base64';
  const bytes = isBase64 ? Buffer.from(body, 'base64') : Buffer.from(body);
  const text = compression ? unpack(bytes, compression) : bytes.toString();
  let value: unknown;
  try {
    value = parseTypedJson(text);
  } catch {
    throw new MalformedMessage('its body is not JSON');
  }
  // Each level takes two characters: looking is spared for nearly all messages.
  if (text.length > 2 * maxDepth && isDeeper(value, maxDepth)) throw new MalformedMessage('its body is nested too deeply');
  return value;
}

const signaturesOf = (value: unknown): WireSignature[] | undefined => {
  if (value === null || value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((item) => isFields(item) && typeof item.task === 'string'))
    throw new MalformedMessage('what is to follow it is not a list of signatures');
  return list.length > 0 ? (list as WireSignature[]) : undefined;
};

function message(headers: Fields, properties: Fields, call: { args: unknown; kwargs: unknown; embed: Fields }): CeleryMessage {
  const id = requireText(headers.id, 'id');
  if (!Array.isArray(call.args)) throw new MalformedMessage('its positional arguments are not a list');
  if (!isFields(call.kwargs)) throw new MalformedMessage('its keyword arguments are not an object');
  const [timeLimit, softTimeLimit] = Array.isArray(headers.timelimit) ? headers.timelimit : [];
  const rootId = textOf(headers.root_id);
  const continuation = present<Continuation>({
    rootId: rootId === id ? undefined : rootId,
    parentId: textOf(headers.parent_id),
    group: textOf(headers.group) ?? textOf(headers.taskset),
    groupIndex: numberOf(headers.group_index),
    callbacks: signaturesOf(call.embed.callbacks),
    errbacks: signaturesOf(call.embed.errbacks),
    chain: signaturesOf(call.embed.chain),
    chord: signaturesOf(call.embed.chord)?.[0],
    ignoreResult: headers.ignore_result === true ? true : undefined,
  });
  return {
    id,
    task: requireText(headers.task, 'task'),
    args: call.args,
    kwargs: call.kwargs,
    retries: numberOf(headers.retries) ?? 0,
    ...continuation,
    ...present<Partial<CeleryMessage>>({
      // 0 is what a call that names no priority has.
      priority: numberOf(properties.priority) || undefined,
      eta: timeOf(headers.eta, 'eta'),
      expires: timeOf(headers.expires, 'expires'),
      timeLimit: numberOf(timeLimit),
      softTimeLimit: numberOf(softTimeLimit),
      replyTo: textOf(properties.reply_to),
      // The headers have such texts always, the properties those that the caller gave.
      argsRepr: textOf(properties.argsrepr),
      kwargsRepr: textOf(properties.kwargsrepr),
    }),
  };
}

/** Reads a message of protocol 2 or 1 as kombu lays it into Redis. Throws MalformedMessage with the reason. */
export function decodeMessage(raw: string): CeleryMessage {
  let envelope: unknown;
  try {
    envelope = JSON.parse(raw);
  } catch {
    throw new MalformedMessage('it is not JSON');
  }
  if (!isFields(envelope)) throw new MalformedMessage('it is not an object');
  const headers = fieldsOf(envelope.headers);
  const properties = fieldsOf(envelope.properties);
  const body = readBody(envelope);
  if (isFields(body)) {
    // Protocol 1 has everything in its body.
    if (headers.task !== undefined) throw new MalformedMessage('its body is not a list of arguments');
    const { args, kwargs, callbacks, errbacks, chord } = body;
    return message(body, properties, { args: args ?? [], kwargs: kwargs ?? {}, embed: { callbacks, errbacks, chord } });
  }
  if (!Array.isArray(body)) throw new MalformedMessage('its body is not a list of arguments');
  const [args, kwargs, embed] = body as unknown[];
  return message(headers, properties, { args, kwargs, embed: fieldsOf(embed) });
}
