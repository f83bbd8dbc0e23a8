import type { StoredCall } from './broker/broker.js';
import { findTask } from './call-by-name.js';
import { currentKit } from './kit.js';
import { openArguments } from './sealer.js';
import type { Json } from './types.js';

/** The arguments of a stored call with those in clear that were sealed: not to be shown. Throws TASK_UNKNOWN, TASK_SEAL_BROKEN. */
export const openCall = ({ name, args }: Pick<StoredCall, 'name' | 'args'>): Record<string, Json> =>
  openArguments(findTask(name), args, currentKit(name).sealer);
