import { describe, expect, it } from 'vitest';
import { frontendLink, webLink } from '#src/email/links.js';
import { displayName, shorten, singleLine, unlinked } from '#src/email/text.js';

describe('singleLine', () => {
  it('keeps printable text as it is', () => {
    expect(singleLine('Zoë Müller-Łukasz 👩‍🚀 مريم')).toBe('Zoë Müller-Łukasz 👩‍🚀 مريم');
  });

  it.each([
    ['a\r\nBcc: b@c.de', 'a Bcc: b@c.de'],
    ['a\u2028b\u2029c\u0085d', 'a b c d'],
    ['a\u0000b\u001bc', 'a b c'],
    ['a\u202eb\u2066c', 'a b c'],
    ['a\ud800b', 'a b'],
    ['  a \t b  ', 'a b'],
  ])('makes one line of %j', (text, line) => {
    expect(singleLine(text)).toBe(line);
  });
});

describe('shorten', () => {
  it('leaves what is short enough', () => expect(shorten('abc', 3)).toBe('abc'));
  it('cuts the rest and says so', () => expect(shorten('abcd', 3)).toBe('ab…'));
  it('cuts no emoji in half', () => expect(shorten('😀😀😀', 2)).toBe('😀…'));
});

describe('displayName', () => {
  it.each(['Maya Okafor', 'J. R. R. Tolkien', 'Dr. Ada Lovelace', "Seán O'Casey", '李小龙'])('shows %s', (name) => {
    expect(displayName(name)).toBe(name);
  });

  it.each(['evil.example.com', 'Hi! Visit https://evil.example', 'write to me@example.com', 'бесплатно.рф'])(
    'does not show %s, which mail programs would make a link of',
    (name) => {
      expect(displayName(name)).toBe('');
    },
  );

  it('shows at most 80 characters', () => expect(displayName('x'.repeat(500))).toBe(`${'x'.repeat(79)}…`));
});

describe('unlinked', () => {
  const visible = (text: string) => text.replaceAll('\u2060', '');

  it.each(['https://evil.example/login?a=b', 'evil.example', 'www.evil.example', 'me@evil.example', 'Call tel://1', '1.2.3.4/x'])(
    'reads like %s, and is nothing that mail programs would make a link of',
    (text) => {
      const inert = unlinked(text, 200);
      expect(visible(inert)).toBe(text);
      expect(inert).not.toMatch(/:\/\/|\w\.\w|@\w/);
    },
  );

  it.each(['From senior to lead: how?', 'What next… and why.', 'مرحبا 👩‍🚀'])('leaves %s as it is', (text) => {
    expect(unlinked(text, 200)).toBe(text);
  });

  it('is one line, cut to the length', () => expect(unlinked(`a\r\nb${'c'.repeat(9)}`, 6)).toBe('a bcc…'));
});

describe('webLink', () => {
  it('passes URLs of the web', () => {
    expect(webLink('https://api.example.com/x?y=z')).toBe('https://api.example.com/x?y=z');
  });
  it.each(['javascript:alert(1)', 'data:text/html,x', 'mailto:a@b.example', 'nothing', ''])('refuses %j', (url) => {
    expect(() => webLink(url)).toThrow(TypeError);
  });
});

describe('frontendLink', () => {
  it.each([
    ['https://a.example', 'profile', 'https://a.example/profile'],
    ['https://a.example', '', 'https://a.example/'],
    ['https://a.example/app', 'jobs/4?from=mail', 'https://a.example/app/jobs/4?from=mail'],
    ['http://localhost:3000', 'a b', 'http://localhost:3000/a%20b'],
  ])('under %s, %s is %s', (frontendUrl, target, url) => {
    expect(frontendLink(frontendUrl, target)).toBe(url);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example/x',
    'https://evil.example',
    '../up',
    '/up',
    '\\\\evil.example',
  ])('leads nowhere else: %s', (target) => {
    expect(() => frontendLink('https://a.example/app', target)).toThrow('may only link to pages under');
  });
});
