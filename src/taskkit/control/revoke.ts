import type { Broker } from '../broker/broker.js';
import { askWorkers } from './ask.js';
import type { ControlChannel } from './channel.js';

export interface RevokeOptions {
  /** Also end those that run. */
  terminate: boolean;
  /** Only these workers are told to. Default: all. */
  destination?: string[] | undefined;
  /** The workers that should answer. */
  expected: string[];
  /** Seconds that they have. */
  timeout: number;
}

export interface Revoked {
  outcome: Awaited<ReturnType<Broker['revoke']>> | 'terminated';
  /** The worker that ended it. */
  worker?: string;
}

/** Revokes tasks. Returns what became of each, by id. */
export async function revokeTasks(
  broker: Pick<Broker, 'revoke'>,
  channel: ControlChannel,
  ids: string[],
  { terminate, ...asking }: RevokeOptions,
): Promise<Map<string, Revoked>> {
  const outcomes = new Map<string, Revoked>();
  for (const id of ids) outcomes.set(id, { outcome: await broker.revoke(id) });
  const running = ids.filter((id) => outcomes.get(id)?.outcome === 'running');
  if (!terminate || running.length === 0) return outcomes;
  const { replies } = await askWorkers(channel, { name: 'terminate', ids: running }, asking);
  for (const { worker, reply } of replies) {
    const { ok = [] } = reply as { ok?: string[] };
    for (const id of ok) outcomes.set(id, { outcome: 'terminated', worker });
  }
  // Its run has ended in the meantime, perhaps to be retried.
  for (const id of running) {
    if (outcomes.get(id)?.outcome === 'running') outcomes.set(id, { outcome: await broker.revoke(id) });
  }
  return outcomes;
}
