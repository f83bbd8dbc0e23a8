import { loadavg, type as systemType } from 'node:os';
import type { RunEvent, TaskLogger } from '../taskkit/index.js';
import type { CeleryMessage } from './codec/types.js';
import { createClock } from './control/clock.js';
import { type Controlled, runCommand } from './control/commands.js';
import { openMailbox } from './control/mailbox.js';
import { createRevokedIds } from './control/revoked.js';
import { createDispatcher } from './events/dispatcher.js';
import { eventsOf, receivedEvent } from './events/task-events.js';
import type { CeleryRedis } from './redis/connect.js';
import type { BrokerKeys } from './redis/names.js';

/** Seconds between two signs of life, as Celery's workers give them. */
const frequency = 2;

/** A process of ours as Celery sees it: one of its workers. */
export interface CeleryNode {
  /** Tells Celery's listeners of a run. To be given each of the worker's events; never throws or waits. */
  observe(event: RunEvent): void;
  /** Tells them of a message that the bridge has taken on. */
  received(message: CeleryMessage): void;
  /** Whether a task is not to be run, as Celery was told before its message came. */
  isRevoked(id: string): boolean;
  /** Begins to answer Celery's remote control and to give signs of life. Returns what ends that. */
  serve(parts: NodeParts): () => Promise<void>;
}

/** What a node's commands act on. */
export type NodeParts = Pick<Controlled, 'worker' | 'bridge' | 'broker' | 'conf' | 'shutdown'>;

export interface NodeOptions {
  /** What it is called among Celery's workers, such as `worker-17@host`. */
  name: string;
  /** That of this software. */
  version: string;
}

export function createNode(
  { name: hostname, version }: NodeOptions,
  { url, redis, keys, now, log }: { url: string; redis: CeleryRedis; keys: BrokerKeys; now: () => number; log: TaskLogger },
): CeleryNode {
  const clock = createClock();
  const events = createDispatcher(redis, keys, { hostname, clock, now, log });
  const revoked = createRevokedIds(now);
  const terminated = new Set<string>();
  const startedAt = now();
  const software = { sw_ident: 'journeyman', sw_ver: version, sw_sys: systemType() };

  return {
    observe(event) {
      const wasTerminated = event.type !== 'started' && terminated.delete(event.id);
      if (!events.tasks) return;
      for (const [type, fields] of eventsOf(event, wasTerminated)) events.sendTask(type, fields);
    },

    received(message) {
      if (events.tasks) events.sendTask(...receivedEvent(message));
    },

    isRevoked: revoked.has,

    serve(parts) {
      const { worker } = parts;
      const tell = (type: string) => {
        const { active = 0, total = {} } = worker?.stats() ?? {};
        const processed = Object.values(total).reduce((sum, count) => sum + count, 0);
        return events.send(type, { freq: frequency, active, processed, loadavg: loadavg(), ...software });
      };
      const heartbeat = () => tell('worker-heartbeat');
      const uptime = () => Math.round((now() - startedAt) / 1000);
      const node: Controlled = { ...parts, hostname, url, events, heartbeat, clock, revoked, terminated, uptime };
      const answer = (method: string, args: Record<string, unknown>) => runCommand(method, args, node);
      const mailbox = openMailbox({ url, redis, keys, hostname, clock, now, log, answer });
      const online = mailbox.listening.then(() => tell('worker-online'));
      const timer = setInterval(() => void heartbeat(), frequency * 1000);
      return async () => {
        clearInterval(timer);
        await mailbox.close();
        await online;
        await events.flush();
        await tell('worker-offline');
      };
    },
  };
}
