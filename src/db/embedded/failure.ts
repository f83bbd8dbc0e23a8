import { coded, JourneymanError } from '../../errors.js';

export const useOwnServer = 'Set DATABASE_URL to use a PostgreSQL server of your own.';

/** The error for whatever keeps the embedded server from running. */
export const embeddedFailure = (folder: string, reason: string, remedy: string, cause?: unknown): JourneymanError =>
  coded('DATABASE_EMBEDDED_FAILED', { folder, reason, remedy }, { cause });

/** Runs `work`; what the file system refuses becomes DATABASE_EMBEDDED_FAILED too, whose message has a remedy. */
export async function reportingFailures<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JourneymanError || !(error instanceof Error) || !('syscall' in error)) throw error;
    throw embeddedFailure(folder, error.message, `Make it usable for this user. ${useOwnServer}`, error);
  }
}
