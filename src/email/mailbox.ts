import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { AddressObject } from 'mailparser';
import type { SMTPServerDataStream } from 'smtp-server';
import type { TaskLogger } from '../taskkit/index.js';

/**
 * The development mailbox: an SMTP server on this machine that keeps what it is sent as `.eml` files in a folder.
 * Each process that sends mail has its own server; several may write to one folder at once.
 */
export interface MailboxServer {
  url: string;
  close(): Promise<void>;
}

export interface MailboxMail {
  /** The file's name without `.eml`; later mails have greater ids. */
  id: string;
  from: string;
  to: string;
  subject: string;
  date: Date | null;
  text: string;
  html: string;
  /** By name in lower case, unfolded. */
  headers: Record<string, string>;
}

const MAX_MAIL_BYTES = 10 * 1024 * 1024;
const MAX_MAILS = 1000;
const EXTENSION = '.eml';

/** The ids of the mails in the folder, oldest first. */
async function listIds(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(ignoreMissing);
  return (files ?? [])
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort();
}

/** The folder is made with the first mail, and another process may have removed a file that was listed a moment ago. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function store(folder: string, mail: Buffer): Promise<void> {
  const id = `${new Date().toISOString().replace(/\D/g, '')}-${randomBytes(6).toString('hex')}`;
  const unfinished = path.join(folder, `.${id}.tmp`);
  await writeFile(unfinished, mail, { mode: 0o600, flag: 'wx' });
  await rename(unfinished, path.join(folder, id + EXTENSION));
  const tooMany = (await listIds(folder)).slice(0, -MAX_MAILS);
  await Promise.all(tooMany.map((old) => rm(path.join(folder, old + EXTENSION), { force: true })));
}

async function receive(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    // The rest is read and dropped, so that the sender comes to the point where it is told.
    if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
  }
  if (stream.sizeExceeded) throw Object.assign(new Error('Mail too large'), { responseCode: 552 });
  return Buffer.concat(chunks);
}

/** Starts a server on a free port of the loopback address. It keeps the newest 1000 mails, each of at most 10 MiB. */
export async function startMailboxServer(folder: string, log: TaskLogger): Promise<MailboxServer> {
  // The folder above is not the mailbox's own: others may have to enter it.
  await mkdir(path.dirname(folder), { recursive: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Loaded here: whoever sends by a server of their own needs neither this nor the parser below.
  const { SMTPServer } = await import('smtp-server');
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: MAX_MAIL_BYTES,
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, callback) {
      receive(stream)
        .then((mail) => store(folder, mail))
        .then(
          () => callback(),
          (error: Error) => callback(error),
        );
    },
  });
  server.on('error', (error) => log.warn({ error: error.message }, 'The development mailbox has a fault'));
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  log.info({ folder }, 'EMAIL_URL is not set: mails go to the development mailbox');
  return {
    url: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const addresses = (field: AddressObject | AddressObject[] | undefined): string =>
  [field ?? []]
    .flat()
    .map(({ text }) => text)
    .join(', ');

async function parse(id: string, source: Buffer): Promise<MailboxMail> {
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(source, { skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true });
  const headers = mail.headerLines.map(({ key, line }): [string, string] => [
    key,
    line
      .slice(line.indexOf(':') + 1)
      .replace(/\r?\n\s+/g, ' ')
      .trim(),
  ]);
  return {
    id,
    from: addresses(mail.from),
    to: addresses(mail.to),
    subject: mail.subject ?? '',
    date: mail.date ?? null,
    text: mail.text ?? '',
    html: mail.html || '',
    headers: Object.fromEntries(headers),
  };
}

/** One mail of the development mailbox, also as it was sent; undefined when there is none with this id. */
export async function readMail(folder: string, id: string): Promise<{ mail: MailboxMail; source: string } | undefined> {
  if (!(await listIds(folder)).includes(id)) return undefined;
  const source = await readFile(path.join(folder, id + EXTENSION)).catch(ignoreMissing);
  return source && { mail: await parse(id, source), source: source.toString() };
}

/** The newest mails of the development mailbox, newest first; none when there is no mailbox yet. Default limit 50. */
export async function readMailbox(folder: string, { limit = 50 }: { limit?: number } = {}): Promise<MailboxMail[]> {
  const ids = (await listIds(folder)).reverse().slice(0, limit);
  const mails = await Promise.all(
    ids.map(async (id) => {
      const source = await readFile(path.join(folder, id + EXTENSION)).catch(ignoreMissing);
      return source && parse(id, source);
    }),
  );
  return mails.filter((mail) => mail !== undefined);
}
