import { coded } from '../../errors.js';

/** How many wrong logins an address has within a window, and how long that is in milliseconds. */
const most = 10;
const windowMs = 5 * 60_000;
/** How many addresses are remembered. */
const mostAddresses = 10_000;

export interface Attempts {
  /** Throws RATE_LIMITED when too many logins from an address were wrong. */
  check(address: string): void;
  /** Counts a wrong login. */
  fail(address: string): void;
}

/** Counts the wrong logins of addresses. */
export function createAttempts(clock: () => Date): Attempts {
  const failures = new Map<string, { count: number; since: number }>();
  const recent = (address: string) => {
    const found = failures.get(address);
    return found && clock().getTime() - found.since < windowMs ? found : undefined;
  };
  return {
    check(address) {
      const found = recent(address);
      if (!found || found.count < most) return;
      throw coded('RATE_LIMITED', { seconds: Math.ceil((found.since + windowMs - clock().getTime()) / 1000) });
    },
    fail(address) {
      const { count, since } = recent(address) ?? { count: 0, since: clock().getTime() };
      failures.delete(address);
      failures.set(address, { count: count + 1, since });
      const [oldest] = failures.keys();
      if (failures.size > mostAddresses) failures.delete(oldest!);
    },
  };
}
