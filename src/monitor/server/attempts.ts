import { isIPv6 } from 'node:net';
import { coded } from '../../errors.js';

/** How many wrong logins an address has within a window, and how long that is in milliseconds. */
const most = 10;
const windowMs = 5 * 60_000;
/** How many addresses are remembered. */
const mostAddresses = 10_000;

export interface Attempts {
  /** Counts a login as wrong before it is looked at, so that many at once are no way round. Throws RATE_LIMITED when there were too many. */
  begin(address: string): void;
  /** Takes one back that was right. */
  forgive(address: string): void;
}

/** Counts the wrong logins of addresses. */
export function createAttempts(clock: () => Date): Attempts {
  const failures = new Map<string, { count: number; since: number }>();
  const recent = (holder: string) => {
    const found = failures.get(holder);
    return found && clock().getTime() - found.since < windowMs ? found : undefined;
  };
  return {
    begin(address) {
      const holder = holderOf(address);
      const { count, since } = recent(holder) ?? { count: 0, since: clock().getTime() };
      if (count >= most) throw coded('RATE_LIMITED', { seconds: Math.ceil((since + windowMs - clock().getTime()) / 1000) });
      failures.delete(holder);
      failures.set(holder, { count: count + 1, since });
      const [oldest] = failures.keys();
      if (failures.size > mostAddresses) failures.delete(oldest!);
    },
    forgive(address) {
      const holder = holderOf(address);
      const found = recent(holder);
      if (found && found.count > 1) found.count -= 1;
      else failures.delete(holder);
    },
  };
}

/** Who holds an address: of IPv6 everybody holds at least 2^64, the first half of it counts. */
function holderOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address.replace(/^::ffff:/i, '');
  const [left = '', right] = address.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const missing = 8 - groups(left).length - groups(right).length;
  const all = right === undefined ? groups(left) : [...groups(left), ...new Array<string>(missing).fill('0'), ...groups(right)];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
