import { coded, type JourneymanError } from '../errors.js';
import { shorten, singleLine } from './text.js';

/** What nodemailer's errors carry beside their message. */
interface SmtpFailure extends Error {
  /** nodemailer's name for the step that failed. */
  code?: string;
  /** The SMTP command that was answered, such as `RCPT TO`. */
  command?: string;
  /** The number of the server's reply, if it gave one. */
  responseCode?: number;
  /** The server's whole reply. */
  response?: string;
}

/** Replies that start with 5 but speak of the session or of our login, which another try or a mended setting changes. */
const notAboutTheMail = new Set([503, 530, 534, 535, 538]);

/** Whether the failure came while a mail was handed over, and not before or because the connection was lost. */
const isAboutAMail = ({ code }: SmtpFailure) => code === 'EENVELOPE' || code === 'EMESSAGE';

/** Whether the server, or nodemailer before it asked the server, refused this mail rather than failed to take any. */
function isRefusal(failure: SmtpFailure): boolean {
  const { responseCode } = failure;
  if (!isAboutAMail(failure)) return false;
  return responseCode === undefined || (responseCode >= 500 && responseCode < 600 && !notAboutTheMail.has(responseCode));
}

/**
 * Enhanced status codes (RFC 3463) that say the address takes no mail, now or later: no such mailbox, domain or address, moved
 * away, a domain that takes no mail (RFC 7505), a mailbox that is switched off. Not those of a full mailbox or a policy.
 */
const deadAddress = /^5\.(1\.[1236]|1\.10|2\.1)$/;
/** What the basic code alone says, when the server tells no more: no such mailbox, moved away, a name that is not allowed. */
const deadAddressCodes = new Set([550, 551, 553]);

/** Whether the server refused the recipient's address for good, so that nothing should be sent there again. */
function isHardBounce(failure: SmtpFailure): boolean {
  const { command, response = '', responseCode = 0 } = failure;
  if (command !== 'RCPT TO' || !isRefusal(failure)) return false;
  const [, enhanced = '5.0.0'] = /^5\d\d[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  return enhanced === '5.0.0' ? deadAddressCodes.has(responseCode) : deadAddress.test(enhanced);
}

/**
 * What a failed delivery says beyond the mail: nothing should be sent to the address again (`address`), only this mail did not go
 * (`mail`), or the server takes none at the moment (`server`).
 */
export type Fault = 'address' | 'mail' | 'server';

/** @param failure As nodemailer threw it. */
export function faultOf(failure: unknown): Fault {
  if (!(failure instanceof Error)) return 'server';
  const smtp: SmtpFailure = failure;
  if (isHardBounce(smtp)) return 'address';
  const refused = isRefusal(smtp);
  const postponed = isAboutAMail(smtp) && (smtp.responseCode ?? 0) < 500 && smtp.responseCode !== 421;
  return refused || postponed ? 'mail' : 'server';
}

/** What looks like a token: a server may quote the mail it refuses, and with it a link that opens an account. */
const tokens = /[\w-]{32,}/g;

/**
 * The coded error for a mail that could not be delivered: EMAIL_REJECTED when the same mail would be refused again,
 * else EMAIL_UNAVAILABLE: 4xx replies, no connection, a timeout, and a refused login, which is a fault of the settings.
 * Its cause is the failure, for `faultOf`.
 */
export function smtpError(failure: unknown): JourneymanError {
  const error: SmtpFailure = failure instanceof Error ? failure : new Error(String(failure));
  // Of an abort, only the cause tells why: the time was up, or the task was ended.
  const { message } = error.code === 'EABORT' && error.cause instanceof Error ? error.cause : error;
  const said = shorten(singleLine(error.response ?? message).replace(tokens, '[…]'), 300);
  return isRefusal(error)
    ? coded('EMAIL_REJECTED', { reply: said }, { cause: failure })
    : coded('EMAIL_UNAVAILABLE', { reason: said }, { cause: failure });
}
