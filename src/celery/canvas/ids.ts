import { createHash } from 'node:crypto';

/**
 * Ids for what a task leads to, in the form of UUIDs: the same ones however often it is asked, so that a task that runs again
 * after a crash leads to nothing new.
 */
export function idsFrom(taskId: string, purpose: string): () => string {
  let count = 0;
  return () => {
    const hex = createHash('sha256').update(`${taskId}/${purpose}/${count++}`).digest('hex');
    return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
}
