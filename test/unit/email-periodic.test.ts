import { describe, expect, it } from 'vitest';
import { digestData, isAnythingNew, type News, newsSince } from '#src/email/digest/news.js';
import { compare, profileStrength, reportData } from '#src/email/weekly-report/report.js';

const nothing: News = { recommended: [], community: [] };
const standing = { total: 0, next: null };
const partsOf = (news: News, where: Parameters<typeof digestData>[1] = standing) =>
  digestData(news, where).parts as { heading: string; lines: { text: string; note: string; path: string }[] }[];

describe('what is new in a digest', () => {
  const at = new Date('2026-11-22T06:00:00Z');

  it('is what came in the last day for a user who has had none', () => {
    expect(newsSince([], at, 7)).toEqual(new Date('2026-11-21T06:00:00Z'));
  });

  it('is what came since the last one that was sent', () => {
    const sent = [new Date('2026-11-19T06:00:00Z'), new Date('2026-11-18T06:00:00Z')];
    expect(newsSince(sent, at, 7)).toEqual(sent[0]);
  });

  it('is never older than a week', () => {
    expect(newsSince([new Date('2026-11-01T06:00:00Z')], at, 7)).toEqual(new Date('2026-11-15T06:00:00Z'));
  });

  it.each<[string, Partial<News>, boolean]>([
    ['nothing', {}, false],
    ['a recommendation', { recommended: [{ kind: 'jobs', count: 1, items: [] }] }, true],
    ['points', { progress: { gained: 5, unlocked: [] } }, true],
    ['a like', { community: [{ kind: 'likes', count: 1, latest: null }] }, true],
    ['a post', { topPost: { postId: 1, author: 'A', body: 'b', likes: 0 } }, true],
  ])('%s: %o', (_, news, expected) => {
    expect(isAnythingNew({ ...nothing, ...news })).toBe(expected);
  });
});

describe('what a digest shows', () => {
  it('of recommendations: the first three with a title, and how many more there are', () => {
    const items = [
      { title: 'One', reason: 'why' },
      { score: 1 },
      'odd',
      null,
      { title: 'Two', company: 'Acme', reason: { no: 'words' } },
    ];
    expect(partsOf({ ...nothing, recommended: [{ kind: 'courses', count: 9, items }] })).toEqual([
      {
        heading: 'Courses for you',
        lines: [
          { text: 'One', note: 'why', path: '' },
          { text: 'Two at Acme', note: '', path: '' },
          { text: 'See 7 more', note: '', path: 'recommendations/courses' },
        ],
      },
    ]);
  });

  it('of progress: what was unlocked and gained, and what is next', () => {
    const news = { ...nothing, progress: { gained: 25, unlocked: ['Mentor'] } };
    expect(partsOf(news, { total: 1225, next: { name: 'Legend', current: 800, threshold: 1000 } })).toEqual([
      {
        heading: 'Your progress',
        lines: [
          { text: 'Unlocked: Mentor', note: '', path: '' },
          { text: '+25 points, 1,225 in all', note: '', path: '' },
        ],
      },
      { heading: 'Next within reach', lines: [{ text: 'Legend', note: '800 of 1,000', path: 'achievements' }] },
    ]);
  });

  it('of the community: counts in words, with the name of whoever came last unless it is an advert', () => {
    const [part] = partsOf({
      ...nothing,
      community: [
        { kind: 'comments', count: 1, latest: 'Ada' },
        { kind: 'likes', count: 1200, latest: 'Ada' },
        { kind: 'requests', count: 2, latest: 'win at evil.example' },
        { kind: 'mentions', count: 1, latest: null },
      ],
    });
    expect(part?.lines.map(({ text }) => text)).toEqual([
      '1 new comment on your posts, by Ada',
      '1,200 new likes of what you wrote, the latest by Ada',
      '2 new requests to connect with you',
      '1 new mention of you',
    ]);
  });

  it('of a post: what mail programs would make a link of is none', () => {
    const topPost = { postId: 7, author: 'http://evil.example', body: 'See\nhttps://evil.example now', likes: 2 };
    const parts = partsOf({ ...nothing, topPost });
    expect(parts).toMatchObject([
      { lines: [{ text: expect.stringMatching(/^One of your connections wrote: “See /), note: '2 likes', path: 'posts/7' }] },
    ]);
    expect(JSON.stringify(parts)).not.toMatch(/evil\.example|:\/\//);
  });

  it.each<[Partial<News>, string]>([
    [
      { progress: { gained: 60, unlocked: ['a', 'b'] }, community: [{ kind: 'likes', count: 3, latest: null }] },
      '2 achievements and 3 likes',
    ],
    [
      {
        recommended: [
          { kind: 'jobs', count: 10, items: [] },
          { kind: 'skills', count: 2, items: [] },
        ],
      },
      '12 recommendations',
    ],
    [{ progress: { gained: 1, unlocked: [] } }, '1 point gained'],
    [{ topPost: { postId: 1, author: 'A', body: 'b', likes: 0 } }, 'a post from your network'],
  ])('names the weightiest things: %o', (news, headline) => {
    expect(digestData({ ...nothing, ...news }, standing).headline).toBe(headline);
  });
});

describe('a weekly report', () => {
  it.each([
    [12, 7, '▲ 5 more than in the week before (+71 %)'],
    [7, 12, '▼ 5 fewer than in the week before (−42 %)'],
    [3, 3, '= as in the week before'],
    [4, 0, '▲ none in the week before'],
    [0, 4, '▼ 4 fewer than in the week before (−100 %)'],
    [2500, 1000, '▲ 1,500 more than in the week before (+150 %)'],
    [5, -5, '▲ 10 more than in the week before'],
  ])('says of %i after %i: %s', (value, before, words) => {
    expect(compare({ value, before })).toBe(words);
  });

  const empty = { headline: false, location: false, level: false, skills: 0, resume: false, endorsed: false };

  it('tells how strong the profile is, and what would add most', () => {
    expect(profileStrength(empty)).toEqual({ percent: 0, advice: 'upload a resume' });
    expect(profileStrength({ ...empty, resume: true, skills: 4, headline: true })).toEqual({
      percent: 45,
      advice: 'list at least five skills',
    });
    const whole = { headline: true, location: true, level: true, skills: 5, resume: true, endorsed: true };
    expect(profileStrength(whole)).toEqual({ percent: 100, advice: null });
  });

  it('names the week by its days, and shows only what is not zero in both weeks, in a fixed order', () => {
    const figures = { posts: { value: 1, before: 0 }, points: { value: 10, before: 20 } };
    const data = reportData('2026-12-28', figures, { unlocked: ['First Post'], profile: empty });
    expect(data).toMatchObject({ points: 10, unlocked: ['First Post'], percent: 0 });
    // The renderer makes plain spaces of the thin ones.
    expect(String(data.week).replace(/\s/g, ' ')).toBe('28 December 2026 – 3 January 2027');
    expect((data.figures as { label: string }[]).map(({ label }) => label)).toEqual(['Points', 'Posts']);
  });
});
