import type { Job } from 'bullmq';
import type { GroupProgress, Outcome } from '../canvas/group-result.js';
import type { Json } from '../types.js';
import type { StoredMessage } from './broker.js';
import { decodeFailure } from './job-state.js';

/** BullMQ names a child by its queue and id, with a prefix on Redis. */
const idOf = (childKey: string) => childKey.slice(childKey.lastIndexOf(':') + 1);

const lost: Outcome = { error: { code: 'TASK_ID_UNKNOWN', message: 'There is no trace of this task.' } };

/**
 * How these children of a job ended, in order, with their ids.
 *
 * @param ended Whether all have; otherwise those that still run are left out.
 */
export async function outcomesOf(
  job: Job<StoredMessage>,
  ids: string[],
  ended = true,
): Promise<{ id: string; outcome: Outcome }[]> {
  if (ids.length === 0) return [];
  const [values, failures] = await Promise.all([job.getChildrenValues<Json>(), job.getIgnoredChildrenFailures()]);
  const outcomes = new Map<string, Outcome>();
  for (const [key, result] of Object.entries(values ?? {})) outcomes.set(idOf(key), { result });
  for (const [key, reason] of Object.entries(failures ?? {})) outcomes.set(idOf(key), { error: decodeFailure(reason) });
  return ids.flatMap((id) => {
    const outcome = outcomes.get(id) ?? (ended ? lost : undefined);
    return outcome ? [{ id, outcome }] : [];
  });
}

/** The ids of a group's members. */
export const membersOf = ({ data }: Job<StoredMessage>): string[] => data.spawned ?? (data.members ? [] : (data.after ?? []));

export async function progressOf(job: Job<StoredMessage>): Promise<GroupProgress> {
  const { processed = 0, ignored = 0, failed = 0 } = await job.getDependenciesCount();
  // The task that a group follows is a child of its job, but no member.
  const before = job.data.spawned || job.data.members ? (job.data.after ?? []).length : 0;
  const total = job.data.members?.length ?? membersOf(job).length;
  return { total, succeeded: Math.max(0, processed - before), failed: ignored + failed };
}
