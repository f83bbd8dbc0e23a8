import { describe, expect, it } from 'vitest';
import { findMentions, maxMentions } from '#src/community/mentions.js';

describe('mentions in a text', () => {
  it.each([
    ['at the beginning, in the middle and at the end', '@ada met @grace and @alan', ['ada', 'grace', 'alan']],
    ['each once, in lower case', '@Ada @ADA and @ada', ['ada']],
    ['with punctuation around', '(@ada), “@grace”: @alan! @barbara’s @edsger.', ['ada', 'grace', 'alan', 'barbara', 'edsger']],
    ['with dots, dashes and underscores between', '@ada.l @grace_h @alan-t', ['ada.l', 'grace_h', 'alan-t']],
    ['in Markdown', '**@ada** [@alan](/alan)', ['ada', 'alan']],
    ['on a line of their own', 'Thanks\r\n@ada\n@grace', ['ada', 'grace']],
    ['after an emoji or a comma without a space', '👋@ada,@grace', ['ada', 'grace']],
    ['of one letter', '@a', ['a']],
    ['of 50 letters', `@${'a'.repeat(50)}`, ['a'.repeat(50)]],
  ])('are found %s', (_, text, expected) => {
    expect(findMentions(text)).toEqual(expected);
  });

  it.each([
    ['in an e-mail address', 'write to ada@example.com or ada.l+jobs@example.com'],
    ['in an address of another site', '@ada@example.social'],
    ['in a web address', 'https://example.com/@ada'],
    ['in code', 'use `@ada` or ``a ` @ada``'],
    ['in a block of code', 'so:\n```java\n@Override\n```\nthere'],
    ['in a block of code that never ends', 'so:\n```\n@Override\n@Test'],
    ['after two signs', '@@ada'],
    ['in a name of other letters', '@адa @ädа @adaé'],
    ['in a name that is too long', `@${'a'.repeat(51)}`],
    ['in a sign alone', '@ @. @-ada @_'],
  ])('are not found %s', (_, text) => {
    expect(findMentions(text)).toEqual([]);
  });

  it('are found beside code', () => {
    expect(findMentions('`@x` @ada ```@y``` @grace, a ` alone @alan')).toEqual(['ada', 'grace', 'alan']);
  });

  it('are at most 50', () => {
    const names = Array.from({ length: 60 }, (_, index) => `user${index}`);
    expect(findMentions(names.map((name) => `@${name}`).join(' '))).toEqual(names.slice(0, maxMentions));
  });

  it.each(['`', '@a-', '@', '``` ', '` `` ', `${'a'.repeat(49)}.@`])(
    'are looked for in no time in 5000 characters of "%s"',
    (part) => {
      const text = part.repeat(Math.ceil(5000 / part.length)).slice(0, 5000);
      expect(findMentions(text).length).toBeLessThanOrEqual(1);
    },
  );
});
