import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface TestSmtpServer {
  url: string;
  /** What was accepted, in order. */
  mails: ParsedMail[];
  /** The same as it came over the wire. */
  sources: string[];
  close(): Promise<void>;
}

/** A refusal as an SMTP server answers it. */
export const reply = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

/**
 * Starts a real SMTP server on a free port.
 *
 * @param beforeAccepting Called with each mail before it is accepted; what it throws is the server's answer.
 */
export async function startSmtpServer(
  options: SMTPServerOptions = {},
  beforeAccepting: (mail: ParsedMail) => Promise<void> | void = () => {},
): Promise<TestSmtpServer> {
  const mails: ParsedMail[] = [];
  const sources: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, callback) {
      const accept = async () => {
        const source = Buffer.concat(await stream.toArray());
        const mail = await simpleParser(source);
        await beforeAccepting(mail);
        mails.push(mail);
        sources.push(source.toString());
      };
      accept().then(() => callback(), callback);
    },
    ...options,
  });
  // A client that hangs up is part of some tests.
  server.on('error', () => {});
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    mails,
    sources,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
