/** A port of the loopback address that nobody has at the moment. */
export function freePort(): Promise<number>;
/** Whether redis-server is installed. CI installs it; elsewhere the tests that need it say so and are left out. */
export const redisInstalled: boolean;

export interface TestRedis {
  url: string;
  /** Stops the server and starts it again on the same port with the same data. */
  restart(): Promise<void>;
  /** Stops the server until the function this returns is called. */
  takeAway(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** A Redis of its own for a test file, in a temporary folder, which keeps its data over a restart. */
export function startRedis(): Promise<TestRedis>;
