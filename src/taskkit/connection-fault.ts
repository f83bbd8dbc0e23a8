const faultCodes = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53300', // too_many_connections
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);
/** What node-postgres says, without a code, when a connection is lost or cannot be made. */
const faultMessages =
  /Connection terminated|^timeout expired$|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** Whether an error is a temporary fault of the connection to PostgreSQL, such as a restart of the server. */
export function isConnectionFault(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionFault);
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return faultCodes.has(code) || /^08...$/.test(code);
  return faultMessages.test(error.message) || isConnectionFault(error.cause);
}
