import type { Json } from '../types.js';

/** How processes reach each other. A message reaches whoever listens when it is sent; nobody gets it later. */
export interface ControlChannel {
  send(topic: string, message: Json): Promise<void>;
  /** Calls back with each message of a topic, for as long as it takes over lost connections. Returns what ends it. */
  listen(topic: string, onMessage: (message: Json) => void): Promise<() => Promise<void>>;
}

/** Where workers listen for commands. */
export const commandTopic = 'control_commands';

/** A command on its way to workers. */
export interface ControlRequest {
  /** The topic for the replies. */
  replyTo: string;
  /** The workers it is for; null: all. */
  destination: string[] | null;
  command: ControlCommand;
}

/** What a worker can be asked or told; the names are Celery's. */
export type ControlCommand =
  | { name: 'ping' | 'active' | 'reserved' | 'scheduled' | 'registered' | 'stats' | 'active_queues' | 'conf' | 'shutdown' }
  | { name: 'query_task' | 'terminate'; ids: string[] }
  | { name: 'rate_limit'; task: string; rate: string | null }
  | { name: 'time_limit'; task: string; soft: number; hard: number }
  | { name: 'pool_grow' | 'pool_shrink'; n: number }
  | { name: 'add_consumer' | 'cancel_consumer'; queue: string };

export interface ControlReply {
  worker: string;
  /** What was asked for; `{ ok }` of what was done; `{ error }` of what went wrong. */
  reply: Json;
}
