import MimeNode from 'nodemailer/lib/mime-node';
import { encode, wrap } from 'nodemailer/lib/qp';

interface Address {
  name: string;
  address: string;
}

/** A mail before it is written down. */
interface Letter {
  from: Address;
  replyTo?: Address | undefined;
  to: Address;
  subject: string;
  html: string;
  text: string;
  /** With its angle brackets. */
  messageId: string;
  headers: Record<string, string>;
}

/** How many encoded lines are remembered: those of all templates, and some more. */
const maxLines = 2000;

/** Encodes texts line by line, and remembers the lines, as most of a mail's are its template's. Not those with a query: it may hold a secret. */
function rememberLines(encodeLine: (line: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  const encoded = (line: string): string => {
    const found = known.get(line);
    if (found !== undefined) return found;
    if (line.includes('?')) return encodeLine(line);
    // A copy: a piece of a text keeps all of the text in memory.
    const own = Buffer.from(line).toString();
    const made = encodeLine(own);
    if (known.size >= maxLines) known.clear();
    known.set(own, made);
    return made;
  };
  return (text) =>
    text
      .split(/\r\n|\r|\n/)
      .map(encoded)
      .join('\r\n');
}

/** A mail as it goes over the wire, with a text and an HTML part, and between whom. */
interface WrittenMail {
  envelope: ReturnType<MimeNode['getEnvelope']>;
  raw: Buffer;
}

/**
 * Makes what writes mails down. nodemailer would do it as well, and writes the headers here too; but it encodes each mail from its
 * first line on, and hands it to the connection in many small pieces.
 */
export function createMailWriter(): (letter: Letter) => WrittenMail {
  const quoted = rememberLines((line) => wrap(encode(line)));

  const part = (type: string, text: string) =>
    `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quoted(text)}\r\n`;

  return ({ from, replyTo, to, subject, html, text, messageId, headers }) => {
    const root = new MimeNode('multipart/alternative', { textEncoding: 'Q' });
    root.setHeader({
      ...headers,
      From: from,
      ...(replyTo && { 'Reply-To': replyTo }),
      To: to,
      Subject: subject,
      'Message-ID': messageId,
    });
    const head = root.buildHeaders();
    const boundary = `--${root.boundary}`;
    const parts = [part('text/plain', text), part('text/html', html)].map((each) => `${boundary}\r\n${each}`);
    return { envelope: root.getEnvelope(), raw: Buffer.from(`${head}\r\n\r\n${parts.join('')}${boundary}--\r\n`) };
  };
}
