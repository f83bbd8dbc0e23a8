import { coded } from '../../errors.js';
import type { Snapshot } from '../types/index.js';

/** Throws DATABASE_UNREACHABLE or BROKER_UNREACHABLE when a service did not answer. */
export function assertHealthy({ services: { database, broker } }: Snapshot): void {
  if (database !== null) throw coded('DATABASE_UNREACHABLE', { address: 'DATABASE_URL', reason: database });
  if (broker !== null) throw coded('BROKER_UNREACHABLE', { address: 'BROKER_URL', reason: broker });
}
