import { setTimeout as sleep } from 'node:timers/promises';
import { JourneymanError } from '../errors.js';
import { type TaskError, type TaskLogger, type TaskMessage, taskErrorOf } from '../taskkit/index.js';
import { toTaskMessage } from './accept.js';
import { taskNameOf } from './arguments.js';
import { decodeMessage, MalformedMessage } from './codec/decode.js';
import type { CeleryMessage } from './codec/types.js';
import { destinationOf } from './destination.js';
import type { Delivery, Inbox } from './redis/inbox.js';
import type { SettleOptions, Settler } from './settle.js';

/** How many messages are taken at once. */
const batchSize = 500;
/** The longest wait before another look, in milliseconds: what finds messages of a priority. */
const pollInterval = 100;
const maxFaultWait = 5000;

export interface BridgeOptions extends Pick<SettleOptions, 'enqueue' | 'routing' | 'sealer' | 'log'> {
  inbox: Inbox;
  settler: Settler;
  clock: () => Date;
  /** Told of each message that is taken on; must neither throw nor wait. */
  observe?: ((message: CeleryMessage) => void) | undefined;
  /** Whether a task is not to be run any more, by Celery's id. */
  isRevoked?: ((id: string) => boolean) | undefined;
}

export interface BridgeCounts {
  /** Messages that went to our workers. */
  accepted: number;
  /** Messages that went on to a queue of Python workers. */
  forwarded: number;
  /** Messages that ended as FAILURE, since they cannot be run. */
  rejected: number;
  /** Messages that ended as REVOKED, since they were revoked before they came. */
  revoked: number;
  /** Messages that were put aside, since they cannot be read. */
  malformed: number;
}

/** What becomes of a delivery. */
type Verdict =
  | { kind: 'malformed'; reason: string }
  | { kind: 'forward'; queue: string; priority: number | undefined }
  | { kind: 'rejected'; message: CeleryMessage; error: TaskError }
  | { kind: 'revoked'; message: CeleryMessage }
  | { kind: 'accepted'; message: CeleryMessage; own: TaskMessage };

function judge(
  { raw }: Delivery,
  { routing, sealer, isRevoked }: Pick<BridgeOptions, 'routing' | 'sealer' | 'isRevoked'>,
): Verdict {
  let message: CeleryMessage;
  try {
    message = decodeMessage(raw);
  } catch (error) {
    const reason = error instanceof MalformedMessage ? error.message : `it could not be read (${(error as Error).message})`;
    return { kind: 'malformed', reason };
  }
  // The queue it came through says nothing: callers that know nothing of the bridge send everything to one.
  const destination = destinationOf(taskNameOf(message), undefined, routing);
  if (typeof destination === 'object') return { kind: 'forward', queue: destination.queue, priority: message.priority };
  if (isRevoked?.(message.id)) return { kind: 'revoked', message };
  try {
    return { kind: 'accepted', message, own: toTaskMessage(message, { ...routing, sealer }) };
  } catch (error) {
    return { kind: 'rejected', message, error: taskErrorOf(error) };
  }
}

/**
 * Moves messages from Celery's queues to our broker, each under Celery's id. A message stays in `unacked` until our broker has
 * it. Returns what stops it: it ends the batch in hand first, or gives it back when our broker is away.
 */
export function startBridge(options: BridgeOptions): { counts: BridgeCounts; stop(): Promise<void> } {
  const { inbox, settler, enqueue, log, clock } = options;
  const counts: BridgeCounts = { accepted: 0, forwarded: 0, rejected: 0, revoked: 0, malformed: 0 };
  let stopped = false;

  const noteMalformed = (queue: string, reason: string) => {
    counts.malformed++;
    log.error({ queue }, `A message in Celery's queue ${queue} was put aside: ${reason}`);
  };

  /** Goes on trying while a broker is away, for as long as the bridge is to run. */
  async function persist(act: () => Promise<unknown>): Promise<void> {
    for (let wait = 100; ; wait = Math.min(2 * wait, maxFaultWait)) {
      try {
        await act();
        return;
      } catch (error) {
        if (stopped || !(error instanceof JourneymanError && error.code === 'BROKER_UNREACHABLE')) throw error;
        if (wait === 100) log.warn({}, `The bridge waits: ${error.message}`);
        await sleep(wait);
      }
    }
  }

  async function handle(deliveries: Delivery[]): Promise<void> {
    const judged = deliveries.map((delivery) => ({ delivery, verdict: judge(delivery, options) }));
    const own = judged.flatMap(({ verdict }) => (verdict.kind === 'accepted' ? [verdict.own] : []));
    if (own.length > 0) await persist(() => enqueue(own));
    const done: Delivery[] = [];
    for (const { delivery, verdict } of judged) {
      if (verdict.kind === 'malformed') {
        await persist(() => inbox.putAside(delivery, verdict.reason));
        noteMalformed(delivery.queue, verdict.reason);
      } else if (verdict.kind === 'forward') {
        await persist(() => inbox.forward(delivery, verdict.queue, verdict.priority));
        counts.forwarded++;
      } else {
        if (verdict.kind === 'revoked') await persist(() => settler.revoke(verdict.message, clock()));
        if (verdict.kind === 'rejected') await persist(() => settler.reject(verdict.message, verdict.error, clock()));
        counts[verdict.kind]++;
        options.observe?.(verdict.message);
        done.push(delivery);
      }
    }
    await persist(() => inbox.acknowledge(done));
  }

  async function takeOnce(): Promise<void> {
    const { deliveries, malformed } = await inbox.take(batchSize);
    for (const { queue } of malformed) noteMalformed(queue, 'it is not JSON');
    if (deliveries.length === 0 && malformed.length === 0) return inbox.wait(pollInterval);
    try {
      await handle(deliveries);
    } catch (error) {
      // What is done already is no longer held, and stays done.
      await inbox.giveBack(deliveries);
      throw error;
    }
  }

  const run = async () => {
    for (let faults = 0; !stopped; ) {
      try {
        await takeOnce();
        faults = 0;
      } catch (error) {
        if (!faults++) logFault(log, error);
        if (!stopped) await sleep(Math.min(maxFaultWait, 100 * 2 ** faults));
      }
    }
  };
  const running = run();
  return {
    counts,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

function logFault(log: TaskLogger, error: unknown): void {
  const away = error instanceof JourneymanError;
  if (away) log.warn({ code: error.code }, `The bridge waits: ${error.message}`);
  else log.error({ err: error }, `The bridge met a fault and goes on: ${(error as Error).message}`);
}
