import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { createMailWriter } from '#src/email/message.js';

const write = createMailWriter();
const letter = {
  from: { name: 'Careers', address: 'careers@platform.example' },
  to: { name: 'Maya Okafor', address: 'maya@example.com' },
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  messageId: '<one@platform.example>',
  headers: {},
};

describe('a mail that is written down', () => {
  it.each([
    ['a line that is long', 'word '.repeat(80).trim()],
    ['a long word', 'x'.repeat(300)],
    ['equals signs, and what looks encoded', 'a=b =3D = ='],
    ['other scripts and emoji', 'Zoë 日本語 مرحبا 👩🏽‍💻 '.repeat(9).trim()],
    ['spaces at the end of a line', 'one  \ntwo\t\nthree'],
    ['lines that begin with a dot or are empty', '.\n..two\n\n\nFrom here'],
    ['what looks like a boundary', '--\n--x--'],
  ])('reads as it was meant, the first time and again: %s', async (_, text) => {
    for (let time = 0; time < 2; time += 1) {
      const { raw } = write({ ...letter, text, html: `<p title="x">${text}</p>` });
      const mail = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true });
      expect(mail.text?.trimEnd()).toBe(text.trimEnd());
      expect(mail.html).toContain(`<p title="x">${text}</p>`);
      for (const line of raw.toString('latin1').split('\r\n')) expect(line).toMatch(/^[\t\x20-\x7e]{0,76}$/);
    }
  });

  it('goes from the sender to the recipient alone, whatever the headers say', () => {
    const { envelope } = write({ ...letter, headers: { 'X-Original-To': 'eve@example.com' } });
    expect(envelope).toEqual({ from: 'careers@platform.example', to: ['maya@example.com'] });
  });

  it('has every line ended by CRLF, also where the text has another end', () => {
    const { raw } = write({ ...letter, text: 'one\r\ntwo\nthree\rfour' });
    expect(raw.toString('latin1')).toContain('one\r\ntwo\r\nthree\r\nfour\r\n');
    expect(raw.toString('latin1').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('is forgotten, but for its lines', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = held();
    for (let mail = 0; mail < 1500; mail += 1) write({ ...letter, text: `For number ${mail}\n?token=${'x'.repeat(20_000)}` });
    expect(held() - before).toBeLessThan(10_000_000);
  });
});
