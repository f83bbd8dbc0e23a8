import { Job, Queue } from 'bullmq';
import type { StoredMessage } from './broker.js';

/** BullMQ would store a job's id a second time, among its options, where nothing reads it. */
class LeanJob extends Job<StoredMessage> {
  constructor(...args: ConstructorParameters<typeof Job<StoredMessage>>) {
    super(...args);
    Object.assign(this.opts, { jobId: undefined });
  }
}

/** A queue whose jobs take less room and time. */
export class LeanQueue extends Queue {
  protected override get Job(): typeof Job {
    return LeanJob as typeof Job;
  }
}
