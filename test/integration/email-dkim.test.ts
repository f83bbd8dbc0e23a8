import { createHash, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailer, readDkimKey } from '#src/email/index.js';
import { startSmtpServer } from './email-smtp-server.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

let folder: string;
const fileWith = (name: string, content: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'journeyman-dkim-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A mail as a receiver checks it (RFC 6376), relaxed/relaxed: the header fields that are signed, and whether both signatures hold. */
function verify(source: string, publicKey: KeyObject): { signed: string[]; body: boolean; header: boolean } {
  const end = source.indexOf('\r\n\r\n');
  const fields = source
    .slice(0, end)
    .split(/\r\n(?![ \t])/)
    .map((field) => {
      const colon = field.indexOf(':');
      const value = field
        .slice(colon + 1)
        .replace(/\r\n/g, '')
        .replace(/[ \t]+/g, ' ')
        .trim();
      return { name: field.slice(0, colon).trim().toLowerCase(), value };
    });
  const signature = fields.find(({ name }) => name === 'dkim-signature')!.value;
  const tags = Object.fromEntries(signature.split(';').map((tag) => tag.trim().split(/=(.*)/s, 2)));

  const lines = source
    .slice(end + 4)
    .split('\r\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  const bodyHash = createHash('sha256')
    .update(`${lines.join('\r\n')}\r\n`)
    .digest('base64');

  const signed: string[] = tags.h!.split(':').map((name: string) => name.trim());
  const names = signed.map((name) => fields.findLast((field) => field.name === name)!);
  const content = [
    ...names.map(({ name, value }) => `${name}:${value}\r\n`),
    `dkim-signature:${signature.replace(/(^|;\s*)b=[^;]*/, '$1b=')}`,
  ].join('');
  return {
    signed,
    body: bodyHash === tags.bh!.replace(/\s/g, ''),
    header: createVerify('RSA-SHA256').update(content).verify(publicKey, tags.b!.replace(/\s/g, ''), 'base64'),
  };
}

describe('a mail that is signed with DKIM', () => {
  let source: string;
  beforeAll(async () => {
    const server = await startSmtpServer();
    const mailer = createMailer({
      emailUrl: server.url,
      from: 'Careers <careers@platform.example>',
      replyTo: 'help@platform.example',
      dkim: readDkimKey({ domain: 'platform.example', selector: 'journeyman', file: fileWith('key.pem', pem(keys.privateKey)) }),
      stateDir: '/nonexistent',
      log,
    });
    await mailer.send({
      to: { name: 'Zoë  Okafor', address: 'zoe@example.com' },
      subject: 'Grüße, and a subject that is long enough to be folded over more than one line of the header',
      html: '<p>Hello </p>\r\n\r\n',
      text: 'Hello  \r\n.\r\n\r\n\r\n',
      messageId: '<one@platform.example>',
      headers: {
        'List-Unsubscribe': '<https://api.example.com/api/unsubscribe?token=1.digest.xyz>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    });
    await mailer.close();
    await server.close();
    [source] = server.sources as [string];
  });

  it('is signed for the domain, under the name of its key', () => {
    expect(source).toMatch(
      /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=platform\.example;\s+q=dns\/txt; s=journeyman;/,
    );
    expect(verify(source, keys.publicKey)).toMatchObject({ body: true, header: true });
  });

  it('is signed with all that says who sends what to whom, and how to unsubscribe', () => {
    expect(verify(source, keys.publicKey).signed).toEqual([
      'from',
      'reply-to',
      'to',
      'subject',
      'date',
      'message-id',
      'mime-version',
      'content-type',
      'auto-submitted',
      'list-unsubscribe',
      'list-unsubscribe-post',
    ]);
  });

  it.each([
    ['another subject', 'long_enough', 'short_enough', { body: true, header: false }],
    ['another link to unsubscribe', '1.digest.xyz', '2.digest.xyz', { body: true, header: false }],
    ['no word of one click', 'List-Unsubscribe=One-Click', 'List-Unsubscribe=Two-Clicks', { body: true, header: false }],
    ['another text', '<p>Hello', '<p>Goodbye', { body: false, header: true }],
  ])('does not pass with %s', (_, from, to, expected) => {
    expect(source).toContain(from);
    expect(verify(source.replace(from, to), keys.publicKey)).toMatchObject(expected);
  });
});

describe('the key for DKIM', () => {
  const read = (file?: string, domain: string | undefined = 'platform.example') =>
    readDkimKey({ domain, selector: 'journeyman', file });

  it('is not read without a domain', () => {
    expect(readDkimKey({ selector: 'journeyman', file: '/nonexistent' })).toBeUndefined();
  });

  it.each([
    ['it is not named', () => undefined],
    ['its file is missing', () => path.join(folder, 'missing.pem')],
    ['its file is a folder', () => folder],
    ['its file holds something else', () => fileWith('text.pem', 'hello')],
    [
      'its file holds the public key',
      () => fileWith('public.pem', keys.publicKey.export({ type: 'spki', format: 'pem' }) as string),
    ],
    [
      'it is none that mail servers can check',
      () => fileWith('ec.pem', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)),
    ],
  ])('stops the program when %s', (_, file) => {
    expect(() => read(file())).toThrow(expect.objectContaining({ code: 'SETTING_INVALID', permanent: true }));
    expect(() => read(file())).toThrow(/^Setting DKIM_PRIVATE_KEY_FILE is ".*"\. Allowed: a PEM file/);
  });
});
