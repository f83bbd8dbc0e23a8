import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Handler, Reporter } from '../taskkit/index.js';
import { type BridgeCounts, startBridge } from './bridge.js';
import { callHandlers } from './calls/call-python.js';
import { revokeInPython } from './calls/revoke.js';
import { createResultWatch } from './calls/watch-results.js';
import { type CeleryNode, createNode, type NodeOptions } from './node.js';
import { addressOf, connectRedis, disconnect, reaching } from './redis/connect.js';
import { createInbox } from './redis/inbox.js';
import { brokerKeys, resultKeys, type TransportOptions } from './redis/names.js';
import { createOutbound } from './redis/outbound.js';
import { watchPeers } from './redis/peers.js';
import { createReporter } from './report.js';
import { createResults } from './results.js';
import { createSettler, type SettleOptions } from './settle.js';

export { callsAtOnce } from './calls/call-python.js';
export type { Routing } from './destination.js';
export type { CeleryNode } from './node.js';
export { checkCallQueues, routesToPython } from './own-routes.js';
export { defaultTransport, type TransportOptions } from './redis/names.js';

export interface CeleryOptions extends Pick<SettleOptions, 'enqueue' | 'routing' | 'sealer' | 'log'> {
  /** Celery's broker, a redis:// or rediss:// URL as Celery takes it. */
  brokerUrl: string;
  /** Celery's result backend. */
  resultUrl: string;
  transport: TransportOptions;
  /** What every key of the result backend begins with. */
  resultKeyprefix: string;
  /** How long results are kept, in seconds. */
  resultExpires: number;
  /** Whether Celery is told that a task has started. */
  trackStarted: boolean;
}

export interface RunningBridge {
  /** Names this bridge among others. */
  readonly name: string;
  readonly counts: Readonly<BridgeCounts>;
  /** The queues that it takes from. */
  queues(): string[];
  addQueue(queue: string): void;
  cancelQueue(queue: string): void;
  /** Ends the batch in hand, or gives it back. */
  stop(): Promise<void>;
}

/** A Celery installation, as our processes work with it. */
export interface Celery {
  /** Where its broker is, without the password. */
  readonly address: string;
  /** For workers: answers Celery's callers. */
  report: Reporter;
  /**
   * Starts to move messages from Celery's queues to our broker.
   *
   * @param node Told of each message that is taken on, and asked which are revoked.
   */
  startBridge(options?: { node?: Pick<CeleryNode, 'received' | 'isRevoked'> | undefined }): Promise<RunningBridge>;
  /** Makes this process known to Celery as one of its workers, once it serves. */
  createNode(options: NodeOptions): CeleryNode;
  /** The handlers of the tasks that live in Celery's Python workers: they call them there. */
  callHandlers(): Handler[];
  close(): Promise<void>;
}

/** Prepares to work with a Celery installation. Connects when it is first used. */
export function connectCelery(options: CeleryOptions): Celery {
  const { brokerUrl, resultUrl, transport, resultExpires, routing, sealer, enqueue, log } = options;
  const clock = () => new Date();
  const now = () => Date.now();
  const broker = connectRedis(brokerUrl);
  const backend = resultUrl === brokerUrl ? broker : connectRedis(resultUrl);
  const keys = brokerKeys(transport);
  const backendKeys = resultKeys({ globalKeyprefix: options.resultKeyprefix });
  const results = createResults(backend, backendKeys, resultExpires);
  const watch = createResultWatch(resultUrl, backend, backendKeys);
  const outbound = createOutbound(broker, keys, resultExpires);
  const settler = createSettler({ results, outbound, enqueue, routing, sealer, log });
  return {
    address: addressOf(brokerUrl),
    report: createReporter(results, settler, { trackStarted: options.trackStarted }),

    createNode: (node) => createNode(node, { url: brokerUrl, redis: broker, keys, now, log }),

    callHandlers: () => callHandlers({ outbound, results: watch, revoke: (id) => revokeInPython(broker, keys, id), now }),

    async startBridge({ node } = {}) {
      await reaching(broker, () => broker.ping());
      const instance = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
      const inbox = createInbox(brokerUrl, broker, keys, { queues: [...routing.bridgeQueues], instance, now });
      const peers = { instance, visibilityTimeout: transport.visibilityTimeout, now, log };
      const stopWatching = await watchPeers(broker, keys, inbox, peers);
      const bridge = startBridge({
        inbox,
        settler,
        enqueue,
        routing,
        sealer,
        log,
        clock,
        observe: node?.received,
        isRevoked: node?.isRevoked,
      });
      return {
        name: instance,
        counts: bridge.counts,
        queues: inbox.queues,
        addQueue: inbox.addQueue,
        cancelQueue: inbox.cancelQueue,
        async stop() {
          await bridge.stop();
          await stopWatching();
          await inbox.close();
        },
      };
    },

    async close() {
      await watch.close();
      await disconnect(broker);
      if (backend !== broker) await disconnect(backend);
    },
  };
}
