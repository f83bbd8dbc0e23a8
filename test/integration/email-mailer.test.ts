import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMailer, type Mailer } from '#src/email/index.js';
import type { OutgoingMail } from '#src/email/mailer.js';
import { hostileNames } from '../unit/email-hostile-names.js';
import { reply, startSmtpServer } from './email-smtp-server.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const mail: OutgoingMail = {
  to: { name: 'Maya Okafor', address: 'maya@example.com' },
  subject: 'Welcome',
  html: '<p>Hello</p>',
  text: 'Hello',
  messageId: '<one@journeyman.localhost>',
};
const rejected = expect.objectContaining({ code: 'EMAIL_REJECTED', permanent: true });
const unavailable = expect.objectContaining({ code: 'EMAIL_UNAVAILABLE', permanent: false });

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function mailerFor(emailUrl: string, options: Partial<Parameters<typeof createMailer>[0]> = {}): Mailer {
  const mailer = createMailer({
    emailUrl,
    from: 'Careers <careers@platform.example>',
    stateDir: '/nonexistent',
    log,
    ...options,
  });
  cleanups.push(() => mailer.close());
  return mailer;
}

async function smtpServer(...options: Parameters<typeof startSmtpServer>) {
  const server = await startSmtpServer(...options);
  cleanups.push(server.close);
  return server;
}

/** A server that is no good SMTP server: `talk` has the bare connection. */
async function rawServer(talk: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a mail', () => {
  it('arrives as HTML and plain text, from the platform, with its Message-ID', async () => {
    const server = await smtpServer();
    const sent = await mailerFor(server.url).send({ ...mail, headers: { 'List-Id': 'digest' } });

    expect(sent.messageId).toBe(mail.messageId);
    expect(sent.reply).toMatch(/^250/);
    const [arrived] = server.mails;
    expect(arrived).toMatchObject({ subject: 'Welcome', messageId: mail.messageId, html: '<p>Hello</p>', text: 'Hello' });
    expect(arrived?.from?.value).toEqual([{ name: 'Careers', address: 'careers@platform.example' }]);
    expect(arrived?.to).toMatchObject({ value: [{ name: 'Maya Okafor', address: 'maya@example.com' }] });
    expect(arrived?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(server.sources[0]).toContain('multipart/alternative');
  });

  it('has one sender, even when its name holds a comma or quotes', async () => {
    const server = await smtpServer();
    const mailer = mailerFor(server.url, { from: '"Careers, Inc." <careers@platform.example>' });
    await mailer.send(mail);
    expect(mailer.domain).toBe('platform.example');
    expect(server.mails[0]?.from?.value).toEqual([{ name: 'Careers, Inc.', address: 'careers@platform.example' }]);
  });

  it('is answered to the sender, or where the platform says', async () => {
    const server = await smtpServer();
    await mailerFor(server.url).send(mail);
    await mailerFor(server.url, { replyTo: 'Help, please <help@platform.example>' }).send(mail);
    expect(server.mails[0]?.replyTo).toBeUndefined();
    expect(server.mails[1]?.replyTo?.value).toEqual([{ name: 'Help, please', address: 'help@platform.example' }]);
  });

  it('carries a link in a header whole, however long it is', async () => {
    const server = await smtpServer();
    const link = `<https://api.example.com/api/unsubscribe?token=${'x'.repeat(200)}>`;
    await mailerFor(server.url).send({ ...mail, headers: { 'List-Unsubscribe': link } });
    expect(server.sources[0]!.replace(/\r\n(?=[ \t])/g, '')).toContain(`\r\nList-Unsubscribe: ${link}\r\n`);
  });

  it('has one header for each that it is given, whatever the values hold', async () => {
    const server = await smtpServer();
    await mailerFor(server.url).send({
      ...mail,
      subject: 'Hello\r\nBcc: eve@example.com',
      messageId: '<one@journeyman.localhost>\r\nBcc: eve@example.com',
      headers: { 'List-Unsubscribe': '<https://example.com/\r\nBcc: eve@example.com\r\n\r\nHello>' },
    });
    const [arrived] = server.mails;
    expect(arrived?.headers.has('bcc')).toBe(false);
    expect(arrived?.text).toBe('Hello');
    expect(arrived?.to).toMatchObject({ value: [{ address: 'maya@example.com' }] });
  });

  it.each(hostileNames)('goes to one recipient with harmless headers when the name holds %s', async (_, name) => {
    const server = await smtpServer();
    await mailerFor(server.url).send({ ...mail, to: { name, address: 'eve@example.com' }, subject: `Welcome, ${name}` });

    const [arrived] = server.mails;
    expect([...arrived!.headers.keys()].sort()).toEqual(
      ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
    );
    expect(arrived?.to).toMatchObject({ value: [{ address: 'eve@example.com' }] });
    expect(arrived?.text).toBe('Hello');
    // RFC 5322: no line is longer than 998 characters.
    expect(Math.max(...server.sources[0]!.split('\r\n').map((line) => line.length))).toBeLessThan(998);
  });

  it.each(['a@example.com, b@example.com', 'a@example.com>\r\nRCPT TO:<b@example.com', 'friends: b@example.com;'])(
    'goes to no second recipient when its address is %j',
    async (address) => {
      const recipients: string[] = [];
      const server = await smtpServer({
        onRcptTo(recipient, _session, callback) {
          recipients.push(recipient.address);
          callback();
        },
      });
      await mailerFor(server.url)
        .send({ ...mail, to: { name: 'Eve', address } })
        .catch((error: unknown) => expect(error).toEqual(rejected));
      expect(recipients.length).toBeLessThanOrEqual(1);
      expect(recipients).not.toContain('b@example.com');
      expect(recipients).not.toContain('a@example.com');
    },
  );

  it('arrives once each when many are sent at once', async () => {
    const server = await smtpServer();
    const mailer = mailerFor(server.url);
    const ids = Array.from({ length: 30 }, (_, index) => `<mail-${index}@journeyman.localhost>`);
    await Promise.all(ids.map((messageId) => mailer.send({ ...mail, messageId })));
    expect(server.mails.map(({ messageId }) => messageId).sort()).toEqual([...ids].sort());
  });
});

describe('a refusal for good', () => {
  it('of the recipient', async () => {
    const server = await smtpServer({ onRcptTo: (_address, _session, callback) => callback(reply(550, '5.1.1 No such user')) });
    const error = await mailerFor(server.url)
      .send(mail)
      .catch((error: Error) => error);
    expect(error).toEqual(rejected);
    expect((error as Error).message).toContain('5.1.1 No such user');
  });

  it('of the sender', async () => {
    const server = await smtpServer({ onMailFrom: (_address, _session, callback) => callback(reply(553, 'Not your domain')) });
    await expect(mailerFor(server.url).send(mail)).rejects.toEqual(rejected);
  });

  it('of the content', async () => {
    const server = await smtpServer({}, () => {
      throw reply(554, '5.7.1 Spam');
    });
    await expect(mailerFor(server.url).send(mail)).rejects.toEqual(rejected);
  });
});

describe('a failure that may pass', () => {
  it.each([450, 451, 452, 421])('a reply of %i', async (code) => {
    const server = await smtpServer({ onRcptTo: (_address, _session, callback) => callback(reply(code, 'Later')) });
    await expect(mailerFor(server.url).send(mail)).rejects.toEqual(unavailable);
  });

  it('a login that is refused, without telling the password', async () => {
    const server = await smtpServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, callback) => callback(reply(535, 'Bad credentials')),
    });
    const url = server.url.replace('smtp://', 'smtp://user:geheim123@');
    const error = await mailerFor(url)
      .send(mail)
      .catch((error: Error) => error);
    expect(error).toEqual(unavailable);
    expect((error as Error).message).not.toContain('geheim123');
  });

  it('a server that is not there', async () => {
    const server = await startSmtpServer();
    await server.close();
    await expect(mailerFor(server.url).send(mail)).rejects.toEqual(unavailable);
  });

  it('a connection that is dropped before the greeting', async () => {
    const url = await rawServer((socket) => socket.destroy());
    await expect(mailerFor(url).send(mail)).rejects.toEqual(unavailable);
  });

  it('a connection that is dropped in the middle of a mail', async () => {
    const url = await rawServer((socket) => {
      socket.write('220 ready\r\n');
      socket.on('data', (data) => (/^MAIL/.test(data.toString()) ? socket.destroy() : socket.write('250 ok\r\n')));
    });
    await expect(mailerFor(url).send(mail)).rejects.toEqual(unavailable);
  });

  it('a connection that is dropped after the mail and before the answer: the mail may be there, and is not sent again from here', async () => {
    let mails = 0;
    const url = await rawServer((socket) => {
      let mail: string | undefined;
      socket.write('220 ready\r\n');
      socket.on('data', (data) => {
        if (mail !== undefined) {
          mail += data;
          if (!mail.endsWith('\r\n.\r\n')) return;
          mails += 1;
          socket.destroy();
        } else if (data.toString() === 'DATA\r\n') {
          mail = '';
          socket.write('354 go on\r\n');
        } else socket.write('250 ok\r\n');
      });
    });
    await expect(mailerFor(url).send(mail)).rejects.toEqual(unavailable);
    expect(mails).toBe(1);
  });

  it('a server that never greets', async () => {
    const url = await rawServer(() => {});
    await expect(mailerFor(url, { timeouts: { greeting: 100 } }).send(mail)).rejects.toEqual(unavailable);
  });

  it('a server that falls silent', async () => {
    const url = await rawServer((socket) => socket.write('220 ready\r\n'));
    await expect(mailerFor(url, { timeouts: { socket: 100 } }).send(mail)).rejects.toEqual(unavailable);
  });

  it('a server that is never silent and never done', async () => {
    const url = await rawServer((socket) => {
      socket.write('220 ready\r\n');
      const trickle = setInterval(() => socket.write('250-still thinking\r\n'), 20);
      socket.on('close', () => clearInterval(trickle));
    });
    await expect(mailerFor(url, { timeouts: { mail: 300 } }).send(mail)).rejects.toEqual(unavailable);
  });

  it('a task that is aborted', async () => {
    const url = await rawServer((socket) => socket.write('220 ready\r\n'));
    const abort = new AbortController();
    const send = mailerFor(url).send({ ...mail, signal: abort.signal });
    abort.abort();
    await expect(send).rejects.toEqual(unavailable);
  });

  it('does not stop the next mail', async () => {
    let refusals = 1;
    const server = await smtpServer({}, () => {
      if (refusals-- > 0) throw reply(451, 'Later');
    });
    const mailer = mailerFor(server.url);
    await expect(mailer.send(mail)).rejects.toEqual(unavailable);
    await expect(mailer.send(mail)).resolves.toMatchObject({ messageId: mail.messageId });
    expect(server.mails).toHaveLength(1);
  });
});

describe('a server that is slow', () => {
  it('and greets late takes the mail all the same', async () => {
    const server = await smtpServer({
      onConnect: (_session, callback) => {
        setTimeout(callback, 300);
      },
    });
    await mailerFor(server.url, { timeouts: { greeting: 10_000 } }).send(mail);
    expect(server.mails).toHaveLength(1);
  });
});

describe('many mails at once', () => {
  it('share the connections that the mailer may open', async () => {
    let open = 0;
    let most = 0;
    const server = await smtpServer({
      onConnect(_session, callback) {
        most = Math.max(most, ++open);
        callback();
      },
      onClose: () => {
        open -= 1;
      },
    });
    const mailer = mailerFor(server.url, { connections: 2 });
    await Promise.all(Array.from({ length: 30 }, () => mailer.send(mail)));
    expect(server.mails).toHaveLength(30);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('are spread over time by the limit, over all connections', async () => {
    const times: number[] = [];
    const server = await smtpServer({}, () => void times.push(performance.now()));
    const mailer = mailerFor(server.url, { connections: 5, ratePerSecond: 3 });
    await Promise.all(Array.from({ length: 8 }, () => mailer.send(mail)));
    // Three begin at once, three a second later, two a second after that; a busy machine may blur that by half a second.
    const groups = times.map((time) => Math.round((time - times[0]!) / 1000));
    for (const [index, group] of groups.entries()) expect(group).toBeGreaterThanOrEqual(Math.floor(index / 3));
    expect(times[3]! - times[2]!).toBeGreaterThan(0);
  });

  it('wait for the limit no longer than their task runs', async () => {
    const server = await smtpServer();
    const mailer = mailerFor(server.url, { ratePerSecond: 1 });
    await mailer.send(mail);
    const abort = new AbortController();
    const waiting = mailer.send({ ...mail, signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toEqual(unavailable);
    expect(server.mails).toHaveLength(1);
  });
});
