import type { Kysely } from 'kysely';
import { progressOf, type Standing, standingsOf } from '../../achievements/index.js';
import { addDays, localDate } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import { type Handler, handle } from '../../taskkit/index.js';
import { sendDailyDigest, sendDailyDigestChunk } from '../../tasks/email.js';
import type { Member, Since } from '../audience.js';
import { type Addressee, type BulkServices, sendChunk, sendToAll } from '../bulk.js';
import type { TemplateData } from '../render.js';
import { findCommunity, findProgress, findRecommended, findTopPosts } from './facts.js';
import { digestData, isAnythingNew, type News, newsSince } from './news.js';

/** How many days back a digest looks at most. */
const LOOK_BACK_DAYS = 7;

/** The handlers of the daily digest. It goes to the users seen in the last `digestUserDays`. */
export function digestHandlers(services: BulkServices & { digestUserDays: number }): Handler[] {
  const { db, clock, digestUserDays: days } = services;
  return [
    handle(sendDailyDigest, (_, context) => sendToAll(context, { db, clock, days, part: sendDailyDigestChunk })),

    handle(sendDailyDigestChunk, ({ at: iso, ...range }, { signal }) => {
      const at = new Date(iso);
      return sendChunk(services, range, {
        kind: 'digest',
        template: 'daily_digest',
        at,
        days,
        keysOf: digestKeys(at),
        load: (due) => loadDigests(db, due, at),
        signal,
      });
    }),
  ];
}

/** Gives the key of a user's digest of the day that it is where the user lives, and those of the days before, newest first. */
function digestKeys(at: Date): (member: Member) => [string, ...string[]] {
  const datesByZone = new Map<string, [string, ...string[]]>();
  const datesIn = (timezone: string): [string, ...string[]] => {
    const today = localDate(at, timezone);
    return [today, ...Array.from({ length: LOOK_BACK_DAYS }, (_, index) => addDays(today, -index - 1))];
  };
  return ({ userId, timezone }) => {
    const dates = datesByZone.get(timezone) ?? datesIn(timezone);
    datesByZone.set(timezone, dates);
    return dates.map((date) => `digest:${userId}:${date}`) as [string, ...string[]];
  };
}

/** What the digests show, in five statements however many users there are; nothing for those who have no news. */
async function loadDigests(db: Kysely<Database>, due: Addressee[], at: Date): Promise<Map<number, TemplateData>> {
  const users = due.map(({ userId, earlier }): Since => {
    const sent = earlier.filter(({ status }) => status === 'sent').map((mail) => mail.at);
    return { userId, since: newsSince(sent, at, LOOK_BACK_DAYS) };
  });
  const news = await loadNews(db, users, at);
  const told = users.map(({ userId }) => userId).filter((userId) => isAnythingNew(news.get(userId)!));
  const standings = await standingsOf(db, told);
  return new Map(told.map((userId) => [userId, digestData(news.get(userId)!, briefly(standings.get(userId)))]));
}

async function loadNews(db: Kysely<Database>, users: Since[], at: Date): Promise<Map<number, News>> {
  const news = new Map(users.map(({ userId }): [number, News] => [userId, { recommended: [], community: [] }]));
  for (const { userId, ...recommended } of await findRecommended(db, users, at)) {
    news.get(userId)!.recommended.push(recommended);
  }
  for (const { userId, ...fact } of await findCommunity(db, users, at)) news.get(userId)!.community.push(fact);
  for (const { userId, ...progress } of await findProgress(db, users, at)) news.get(userId)!.progress = progress;
  for (const { userId, ...topPost } of await findTopPosts(db, users, at)) news.get(userId)!.topPost = topPost;
  return news;
}

/** The points, and the nearest achievement that is not earned yet; none of either for a user who is gone meanwhile. */
function briefly(standing: Standing | undefined) {
  const next = standing && progressOf(standing).find(({ current, threshold }) => current < threshold);
  return {
    total: standing?.points ?? 0,
    next: next ? { name: next.rule.name, current: next.current, threshold: next.threshold } : null,
  };
}
