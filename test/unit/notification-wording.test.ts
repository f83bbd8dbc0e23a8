import { describe, expect, it } from 'vitest';
import { checkEntry } from '#src/notifications/batch-entries.js';
import { commentWords, excerpt, likeWords, mentionWords } from '#src/notifications/wording.js';
import { notificationFields } from '#src/tasks/notifications.js';

describe('an excerpt', () => {
  it.each([
    ['a short text as it is', 'Good morning', 'Good morning'],
    ['one line of what was several', '  one\n\ntwo\t three \u0007 ', 'one two three'],
    ['nothing of nothing', ' \n ', ''],
    ['whole words of a long text', 'the quick brown fox jumps', 'the quick brown…'],
    ['the start of a long word', 'x'.repeat(21), `${'x'.repeat(19)}…`],
    ['whole emoji', '🎉'.repeat(21), `${'🎉'.repeat(19)}…`],
  ])('gives %s', (_, text, expected) => {
    expect(excerpt(text, 20)).toBe(expected);
  });
});

describe('the words of a notification', () => {
  it('name the person and what it is about', () => {
    expect(likeWords('Ada', 'post')).toEqual({ title: 'New like', message: 'Ada liked your post' });
    expect(commentWords('Ada', 'comment')).toEqual({ title: 'New comment', message: 'Ada commented on your comment' });
    expect(mentionWords('Ada', 'post', 'Hello @bob')).toEqual({ title: 'Ada mentioned you in a post', message: 'Hello @bob' });
  });

  it('are never empty', () => {
    expect(mentionWords('Ada', 'comment', ' \n').message).toBe('Ada mentioned you in a comment');
  });

  it('fit the limits of a notification, however long the name and the text', () => {
    const { title, message } = mentionWords('N'.repeat(200), 'comment', 'word '.repeat(10_000));
    expect(notificationFields.title.safeParse(title).success).toBe(true);
    expect(notificationFields.message.safeParse(message).success).toBe(true);
  });
});

describe('an entry of a batch', () => {
  const fields = { userId: 1, notificationType: 'system', title: 'Hello', message: 'World', relatedUserId: 2 };

  it('has keys in camelCase or in snake_case', () => {
    const snake = { user_id: 1, notification_type: 'system', title: 'Hello', message: 'World', related_user_id: 2 };
    expect(checkEntry(fields)).toEqual({ fields });
    expect(checkEntry(snake)).toEqual({ fields });
  });

  it.each([
    ['no fields', {}, /^userId: .*; notificationType: .*; title: .*; message: /],
    ['a user that is no id', { ...fields, userId: 'one' }, /^userId: /],
    ['an empty title', { ...fields, title: '' }, /^title: /],
    ['too long a message', { ...fields, message: 'x'.repeat(2001) }, /^message: /],
    ['a NUL character', { ...fields, title: 'a\0b' }, /^title: must not hold a NUL character$/],
  ])('is refused with %s, with the reason', (_, given, reason) => {
    expect(checkEntry(given)).toEqual({ reason: expect.stringMatching(reason) });
  });
});
