import { isIP } from 'node:net';
import { coded } from '../../errors.js';

/** The settings that say who may see the monitor. */
export interface Protection {
  monitorHost: string;
  monitorBasicAuth: readonly string[] | undefined;
  monitorTokens: readonly string[] | undefined;
  monitorStaffLogin: boolean;
}

/** Whether everything asks for a login. */
export const isLoginRequired = ({ monitorBasicAuth, monitorTokens, monitorStaffLogin }: Protection): boolean =>
  monitorBasicAuth !== undefined || monitorTokens !== undefined || monitorStaffLogin;

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** Throws MONITOR_UNPROTECTED when the monitor would be open to others than this machine, without a login. */
export function assertProtected(settings: Protection): void {
  const { monitorHost } = settings;
  if (!isLoopback(monitorHost) && !isLoginRequired(settings)) throw coded('MONITOR_UNPROTECTED', { address: monitorHost });
}

/**
 * The names under which the monitor is reached on this machine. One that answers under any name could be asked by another site's page
 * whose name is made to lead here (DNS rebinding).
 */
export const hostsOf = ({ monitorHost }: Pick<Protection, 'monitorHost'>): string[] => [
  'localhost',
  '127.0.0.1',
  '::1',
  '[::1]',
  monitorHost,
];
