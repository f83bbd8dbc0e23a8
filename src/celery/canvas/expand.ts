import type { CeleryMessage, SignatureOptions, WireSignature } from '../codec/types.js';

/** A result as Celery's JSON names it: its id and its parent's, and of a group its members'. */
export type ResultTuple = [[string, ResultTuple | null], ResultTuple[] | null];

/** What sending a signature comes to. */
export interface Expansion {
  messages: CeleryMessage[];
  /** How many tasks must end before a chord's body runs, by the id of its header. */
  chordSizes: Map<string, number>;
}

/** What a signature is sent with beside its own options, and what it all needs. */
interface Call {
  /** Put before its own arguments, unless it is immutable. */
  partial: unknown[];
  options: SignatureOptions;
  out: Expansion;
  /** Gives an id to what has none. */
  nextId: () => string;
  /** For a countdown, in milliseconds since 1970. */
  now: number;
}

const listOf = <T>(value: T | T[] | null | undefined): T[] =>
  value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Options of a call win over those of the signature, but for the group that it belongs to. None of them may be null. */
function merged(own: SignatureOptions, call: SignatureOptions): SignatureOptions {
  const given = Object.entries(call).filter(
    ([key, value]) => value !== undefined && value !== null && !(key === 'group_id' && own.group_id),
  );
  return { ...own, ...Object.fromEntries(given) };
}

/** Those of the options that belong to one task, and not to the tasks around it. */
function shared({ task_id, group_id, group_index, chain, chord, link, ...others }: SignatureOptions): SignatureOptions {
  return others;
}

/** A signature with all its parts, whatever its writer left out. Throws TypeError for what is none. */
function whole(given: unknown): WireSignature {
  const { task, args, kwargs, options, subtask_type, immutable } = (given ?? {}) as Partial<WireSignature>;
  if (typeof task !== 'string') throw new TypeError('a signature without a task');
  return {
    task,
    args: args ?? [],
    kwargs: kwargs ?? {},
    options: options ?? {},
    subtask_type: subtask_type ?? null,
    immutable: immutable ?? false,
  };
}

const tasksOf = (signature: WireSignature): WireSignature[] => listOf(signature.kwargs.tasks).map(whole);

/** The members of a group, those of groups among them included. */
const membersOf = (signature: WireSignature): WireSignature[] =>
  tasksOf(signature).flatMap((member) => (member.subtask_type === 'group' ? membersOf(member) : [member]));

/** The members of a chord's header, which is a group or a list. */
function headerOf({ kwargs: { header } }: WireSignature): { id: string | undefined; members: WireSignature[] } {
  if (Array.isArray(header)) return { id: undefined, members: header.map(whole) };
  const group = whole(header);
  return { id: group.options.task_id, members: membersOf(group) };
}

/** How many ends of tasks a signature counts for in a chord's header. */
function sizeOf(signature: WireSignature): number {
  switch (signature.subtask_type) {
    case 'group':
      return tasksOf(signature).reduce((sum, member) => sum + sizeOf(member), 0);
    case 'chain':
      return tasksOf(signature).reduceRight((size, step) => size || sizeOf(step), 0);
    case 'chord':
      return sizeOf(whole(signature.kwargs.body));
    default:
      return 1;
  }
}

/**
 * The messages that a signature comes to, by the rules of Celery's canvas: a group is its members, a chain its first step that
 * carries the others, a chord its header whose members carry the body.
 *
 * @param partial Put before the arguments of what runs first, unless that is immutable.
 * @param options Win over the signature's own.
 */
export function expand(
  signature: WireSignature,
  { partial, options, nextId, now }: Omit<Call, 'out'>,
): Expansion & { result: ResultTuple } {
  const out: Expansion = { messages: [], chordSizes: new Map() };
  const result = send(whole(signature), { partial, options, nextId, now, out });
  return { ...out, result };
}

function send(signature: WireSignature, call: Call): ResultTuple {
  const options = merged(signature.options, call.options);
  switch (signature.subtask_type) {
    case 'group':
      return sendGroup(signature, { ...call, options });
    case 'chain':
      return sendChain(signature, { ...call, options });
    case 'chord':
      return sendChord(signature, { ...call, options });
    default:
      return sendTask(signature, { ...call, options });
  }
}

const timeOf = (value: string | undefined): number | undefined => (value === undefined ? undefined : Date.parse(value));

function sendTask(signature: WireSignature, { partial, options, out, nextId, now }: Call): ResultTuple {
  const id = options.task_id ?? nextId();
  const eta = options.countdown ? now + options.countdown * 1000 : timeOf(options.eta);
  const expires = typeof options.expires === 'number' ? now + options.expires * 1000 : timeOf(options.expires);
  const callbacks = listOf(options.link);
  const errbacks = listOf(options.link_error);
  const queue = options.queue ?? options.routing_key;
  out.messages.push({
    id,
    task: signature.task,
    args: signature.immutable ? signature.args : [...partial, ...signature.args],
    kwargs: signature.kwargs,
    retries: 0,
    ...(options.root_id && options.root_id !== id && { rootId: options.root_id }),
    ...(options.parent_id && { parentId: options.parent_id }),
    ...(options.group_id !== undefined && { group: options.group_id }),
    ...(options.group_index !== undefined && { groupIndex: options.group_index }),
    ...(callbacks.length > 0 && { callbacks }),
    ...(errbacks.length > 0 && { errbacks }),
    ...(options.chain?.length && { chain: options.chain }),
    ...(options.chord && { chord: options.chord }),
    ...(options.ignore_result && { ignoreResult: true }),
    ...(queue !== undefined && { queue }),
    ...(options.priority && { priority: options.priority }),
    ...(eta !== undefined && { eta }),
    ...(expires !== undefined && { expires }),
    ...(options.time_limit !== undefined && { timeLimit: options.time_limit }),
    ...(options.soft_time_limit !== undefined && { softTimeLimit: options.soft_time_limit }),
    ...(options.reply_to !== undefined && { replyTo: options.reply_to }),
  });
  return [[id, null], null];
}

function sendMembers(members: WireSignature[], groupId: string, call: Call): ResultTuple {
  const results = members.map((member) => send(member, { ...call, options: { ...shared(call.options), group_id: groupId } }));
  return [[groupId, null], results];
}

function sendGroup(signature: WireSignature, call: Call): ResultTuple {
  const groupId = call.options.task_id ?? call.nextId();
  const { chord } = call.options;
  const members = membersOf(signature).map((member) => (chord ? withOptions(member, { chord }) : member));
  const last = members.at(-1);
  if (last?.options.chord) call.out.chordSizes.set(last.options.group_id ?? groupId, sizeOf(signature));
  return sendMembers(members, groupId, call);
}

const withOptions = (signature: WireSignature, options: SignatureOptions): WireSignature => ({
  ...signature,
  options: { ...signature.options, ...options },
});

const withPartial = (signature: WireSignature, partial: unknown[]): WireSignature =>
  signature.immutable ? signature : { ...signature, args: [...partial, ...signature.args] };

function sendChain(signature: WireSignature, call: Call): ResultTuple {
  const { options, nextId } = call;
  const steps = prepareSteps(tasksOf(withPartialFirst(signature, call.partial)), nextId);
  const last = steps[0];
  const first = steps.pop();
  if (!first || !last) return [[options.task_id ?? nextId(), null], null];
  // What belongs to the chain as a whole belongs to its last step.
  const { task_id: ownId = options.task_id ?? nextId(), group_id: ownGroup = options.group_id } = last.options;
  const ending = withOptions(last, {
    task_id: ownId,
    ...(ownGroup !== undefined && { group_id: ownGroup }),
    ...(options.group_index !== undefined && { group_index: options.group_index }),
    ...(options.chord && { chord: options.chord }),
    ...(options.link && { link: [...listOf(last.options.link), ...listOf(options.link)] }),
  });
  const { link_error, ...rest } = shared(options);
  const errbacks = listOf(link_error);
  const withErrbacks = (step: WireSignature) =>
    errbacks.length > 0 ? withOptions(step, { link_error: [...listOf(step.options.link_error), ...errbacks] }) : step;
  const after = steps.length > 0 ? [ending, ...steps.slice(1)].map(withErrbacks) : [];
  const chain = [...(options.chain ?? []), ...after];
  const started = send(withErrbacks(steps.length > 0 ? first : ending), {
    ...call,
    partial: [],
    options: { ...rest, ...(chain.length > 0 && { chain }) },
  });
  return after.toReversed().reduce<ResultTuple>((parent, step) => [[idOf(step) ?? ownId, parent], null], started);
}

/** The chain with these put before the arguments of its first step. */
function withPartialFirst(chain: WireSignature, partial: unknown[]): WireSignature {
  const [first, ...others] = tasksOf(chain);
  const all = chain.immutable ? chain.args : [...partial, ...chain.args];
  return first && all.length > 0 ? { ...chain, kwargs: { tasks: [withPartialDeep(first, all), ...others] } } : chain;
}

const withPartialDeep = (step: WireSignature, partial: unknown[]): WireSignature =>
  step.subtask_type === 'chain' ? withPartialFirst(step, partial) : withPartial(step, partial);

/** The steps of a chain, the last first: chains in it unrolled, a group that another step follows made a chord, each with an id. */
function prepareSteps(tasks: WireSignature[], nextId: () => string): WireSignature[] {
  const steps = tasks.flatMap((step) => (step.subtask_type === 'chain' ? prepareSteps(tasksOf(step), nextId).reverse() : [step]));
  const prepared: WireSignature[] = [];
  for (const step of steps.reverse()) {
    const next = step.subtask_type === 'group' ? prepared.pop() : undefined;
    if (next) prepared.push(chordOf(step, next));
    else prepared.push(step.options.task_id === undefined ? withOptions(step, { task_id: nextId() }) : step);
  }
  return prepared;
}

/** What a signature ends with: of a chord its body, with what belongs to the chord as a whole. */
export function lastOf(given: WireSignature): WireSignature {
  const signature = whole(given);
  if (signature.subtask_type !== 'chord') return signature;
  const { task_id: _header, ...options } = signature.options;
  const body = whole(signature.kwargs.body);
  return lastOf({ ...body, options: merged(body.options, options) });
}

const idOf = (step: WireSignature) => lastOf(step).options.task_id ?? step.options.task_id;

/** What of a result was sent first: of a chain its first step, of a chord its header. */
export const startOf = (result: ResultTuple): ResultTuple => (result[0][1] ? startOf(result[0][1]) : result);

const chordOf = (header: WireSignature, body: WireSignature): WireSignature => ({
  task: 'celery.chord',
  args: [],
  kwargs: { header, body, kwargs: {} },
  options: {},
  subtask_type: 'chord',
  immutable: false,
});

function sendChord(signature: WireSignature, call: Call): ResultTuple {
  const { options, nextId } = call;
  const { id = nextId(), members } = headerOf(signature);
  const { task_id: _header, ...forBody } = options;
  const own = whole(signature.kwargs.body);
  const body = { ...own, options: { task_id: nextId(), ...merged(own.options, forBody) } };
  const partial = signature.immutable ? signature.args : [...call.partial, ...signature.args];
  if (members.length === 0) return send(body, { ...call, partial: [[]], options: {} });
  call.out.chordSizes.set(
    id,
    members.reduce((sum, member) => sum + sizeOf(member), 0),
  );
  const header = members.map((member, index) => withOptions(member, { group_id: id, group_index: index, chord: body }));
  const group = sendMembers(header, id, { ...call, partial });
  return [[body.options.task_id!, group], null];
}
