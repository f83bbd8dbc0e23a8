import { coded, type JourneymanError } from '../errors.js';
import { shorten, singleLine } from './text.js';

/** What nodemailer's errors carry beside their message. */
interface SmtpFailure extends Error {
  /** nodemailer's name for the step that failed. */
  code?: string;
  /** The number of the server's reply, if it gave one. */
  responseCode?: number;
  /** The server's whole reply. */
  response?: string;
}

/** Replies that start with 5 but speak of the session or of our login, which another try or a mended setting changes. */
const notAboutTheMail = new Set([503, 530, 534, 535, 538]);

/** Whether the server, or nodemailer before it asked the server, refused this mail rather than failed to take any. */
function isRefusal({ code, responseCode }: SmtpFailure): boolean {
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return false;
  return responseCode === undefined || (responseCode >= 500 && responseCode < 600 && !notAboutTheMail.has(responseCode));
}

/**
 * The coded error for a mail that could not be delivered: EMAIL_REJECTED when the same mail would be refused again,
 * else EMAIL_UNAVAILABLE: 4xx replies, no connection, a timeout, and a refused login, which is a fault of the settings.
 */
export function smtpError(failure: unknown): JourneymanError {
  const error: SmtpFailure = failure instanceof Error ? failure : new Error(String(failure));
  // Of an abort, only the cause tells why: the time was up, or the task was ended.
  const { message } = error.code === 'EABORT' && error.cause instanceof Error ? error.cause : error;
  const said = shorten(singleLine(error.response ?? message), 300);
  return isRefusal(error)
    ? coded('EMAIL_REJECTED', { reply: said }, { cause: failure })
    : coded('EMAIL_UNAVAILABLE', { reason: said }, { cause: failure });
}
