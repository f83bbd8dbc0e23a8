import type { BackendFactory, ConnectionOptions, RedisQueueBackend } from 'bullmq';

/** What differs between the brokers: how BullMQ reaches them, and what it has no answer for. */
export interface Transport {
  readonly address: string;
  /** For producers: fails within seconds while the broker is away. */
  producer: Connection;
  /** Makes the connection of one worker: waits as long as the broker is away. `queues` is how many it will serve. */
  consumer(queues: number): Connection & { close(): Promise<void> };
  /** The most jobs that are stored at once. */
  bulkSize: number;
  ping(): Promise<void>;
  /** Remembers that a queue exists, so that other processes know of it. */
  announce(queue: string): Promise<void>;
  queues(): Promise<string[]>;
  /** The queue that holds a task's message. */
  findQueue(id: string): Promise<string | undefined>;
  /** The ids of the first tasks of a queue that a worker could take now, in the order they are taken. Default: of all. */
  waiting(queue: string, limit?: number): Promise<string[]>;
  /** The first tasks of a queue that wait for a time, the earliest first, with that time in milliseconds since 1970. */
  delayed(queue: string, limit: number): Promise<{ id: string; due: number }[]>;
  close(): Promise<void>;
}

export interface Connection {
  /** For BullMQ: on Redis with the prefix of all keys. */
  options: { connection: ConnectionOptions; prefix?: string };
  /** Typed as BullMQ's default one, so that Queue and Worker have the same type on both brokers. */
  backend: BackendFactory<RedisQueueBackend, ConnectionOptions>;
}
