import type { TemplateData } from '../render.js';
import { displayName, shorten, unlinked } from '../text.js';

/** Recommendations of one kind. */
export interface Recommended {
  kind: 'jobs' | 'courses' | 'mentors' | 'skills' | 'connections';
  count: number;
  /** The first of them: objects with a `title`, a `reason` and a job's `company`, as far as these are known. */
  items: unknown[];
}

export interface Progress {
  /** Points. */
  gained: number;
  /** The names of achievements. */
  unlocked: string[];
}

/** What others did towards a user. */
export interface CommunityFact {
  kind: 'comments' | 'likes' | 'requests' | 'mentions';
  count: number;
  /** Whoever did so last. */
  latest: string | null;
}

export interface TopPost {
  postId: number;
  author: string;
  body: string;
  likes: number;
}

const hour = 3_600_000;

/**
 * From when on something is new to a user: since the last digest that was sent, at most `days` back; without one, since a day ago.
 *
 * @param sent For which times the digests of the last days were.
 */
export function newsSince(sent: Date[], at: Date, days: number): Date {
  if (sent.length === 0) return new Date(at.getTime() - 24 * hour);
  return new Date(Math.max(...sent.map((time) => time.getTime()), at.getTime() - days * 24 * hour));
}

/** What is new for a user since the last digest. */
export interface News {
  recommended: Recommended[];
  progress?: Progress | undefined;
  community: CommunityFact[];
  topPost?: TopPost | undefined;
}

/** Where a user stands: shown in a digest, and no reason to send one. */
export interface Standing {
  /** Points. */
  total: number;
  /** The locked achievement that is nearest. */
  next: { name: string; current: number; threshold: number } | null;
}

export const isAnythingNew = ({ recommended, progress, community, topPost }: News): boolean =>
  recommended.length > 0 || progress !== undefined || community.length > 0 || topPost !== undefined;

/** A part of the digest, as its templates lay it out. */
type Part = { heading: string; lines: Line[] };
/** `note` says more about it in small print, `path` is the page it leads to; '' where there is none. */
type Line = { text: string; note: string; path: string };

const line = (text: string, { note = '', path = '' } = {}): Line => ({ text, note, path });

const counted = (count: number, one: string, many: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** What the templates of the digest show of all this. */
export function digestData(news: News, standing: Standing): TemplateData {
  const parts = [
    ...news.recommended.map(recommendedPart),
    ...(news.progress ? [progressPart(news.progress, standing.total)] : []),
    ...communityPart(news),
    ...(standing.next ? [nextPart(standing.next)] : []),
  ];
  return { headline: headlineOf(news), parts };
}

const headings: Record<Recommended['kind'], string> = {
  jobs: 'Jobs for you',
  courses: 'Courses for you',
  mentors: 'Mentors for you',
  skills: 'Skills worth learning',
  connections: 'People you may know',
};

const shownItems = 3;

function recommendedPart({ kind, count, items }: Recommended): Part {
  const shown = items.flatMap(readItem).slice(0, shownItems);
  const more = count - shown.length;
  const link = shown.length > 0 && more > 0 ? `See ${more.toLocaleString('en')} more` : 'See all';
  return { heading: headings[kind], lines: [...shown, line(link, { path: `recommendations/${kind}` })] };
}

/** The title and reason of a recommendation, with the company of a job; nothing when it has no title. */
function readItem(item: unknown): Line[] {
  const { title, company, reason } = Object(item) as Record<string, unknown>;
  if (typeof title !== 'string' || title === '') return [];
  const text = typeof company === 'string' ? `${title} at ${company}` : title;
  return [line(shorten(text, 120), { note: typeof reason === 'string' ? shorten(reason, 200) : '' })];
}

function progressPart({ gained, unlocked }: Progress, total: number): Part {
  const points = `+${counted(gained, 'point', 'points')}, ${total.toLocaleString('en')} in all`;
  const lines = [...unlocked.map((name) => line(`Unlocked: ${name}`)), ...(gained > 0 ? [line(points)] : [])];
  return { heading: 'Your progress', lines };
}

function communityPart({ community, topPost }: News): Part[] {
  const lines = [...community.map(communityLine), ...(topPost ? [topPostLine(topPost)] : [])];
  return lines.length > 0 ? [{ heading: 'In the community', lines }] : [];
}

function communityLine({ kind, count, latest }: CommunityFact): Line {
  const name = displayName(latest ?? '');
  const by = name && (count === 1 ? `, by ${name}` : `, the latest by ${name}`);
  switch (kind) {
    case 'comments':
      return line(`${counted(count, 'new comment', 'new comments')} on your posts${by}`, { path: 'posts' });
    case 'likes':
      return line(`${counted(count, 'new like', 'new likes')} of what you wrote${by}`, { path: 'posts' });
    case 'requests':
      return line(`${counted(count, 'new request', 'new requests')} to connect with you${by}`, { path: 'connections' });
    case 'mentions':
      return line(`${counted(count, 'new mention', 'new mentions')} of you${by}`, { path: 'notifications' });
  }
}

function topPostLine({ postId, author, body, likes }: TopPost): Line {
  const name = displayName(author) || 'One of your connections';
  return line(`${name} wrote: “${unlinked(body, 200)}”`, { note: counted(likes, 'like', 'likes'), path: `posts/${postId}` });
}

function nextPart({ name, current, threshold }: NonNullable<Standing['next']>): Part {
  const note = `${current.toLocaleString('en')} of ${threshold.toLocaleString('en')}`;
  return { heading: 'Next within reach', lines: [line(name, { note, path: 'achievements' })] };
}

/** The two weightiest things in a few words, for the subject. */
function headlineOf({ recommended, progress, community, topPost }: News): string {
  const recommendations = recommended.reduce((sum, { count }) => sum + count, 0);
  const unlocked = progress?.unlocked.length ?? 0;
  const parts = [
    unlocked > 0 && counted(unlocked, 'achievement', 'achievements'),
    recommendations > 0 && counted(recommendations, 'recommendation', 'recommendations'),
    ...community.map(({ kind, count }) => shortly[kind](count)),
    unlocked === 0 && progress !== undefined && counted(progress.gained, 'point gained', 'points gained'),
    topPost !== undefined && 'a post from your network',
  ];
  return parts.filter(Boolean).slice(0, 2).join(' and ');
}

const shortly: Record<CommunityFact['kind'], (count: number) => string> = {
  comments: (count) => counted(count, 'comment', 'comments'),
  likes: (count) => counted(count, 'like', 'likes'),
  requests: (count) => counted(count, 'request to connect', 'requests to connect'),
  mentions: (count) => counted(count, 'mention', 'mentions'),
};
