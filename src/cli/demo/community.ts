import type { App } from '../../app.js';
import { sendDailyDigest } from '../../tasks/email.js';
import { print } from '../context.js';
import type { NotificationView } from './client.js';
import { type Guest, inboxOf } from './resume.js';
import { step, stepLimit, waitFor } from './steps.js';

/** What people do among themselves, and what they are told of it: a post with a mention, a like, an achievement, the digest. */
export async function showCommunity(app: App, [author, reader]: Guest[]): Promise<void> {
  if (!author || !reader) return;
  print(`\nCommunity: ${author.name} and ${reader.name}`);
  const post = await step(`${author.name} mentions ${reader.name} in a post`, () =>
    author.client.post(`My resume is up. Thank you for the hints, @${reader.username}!`),
  );
  await showNews(reader, 'mention');
  await step(`${reader.name} likes the post`, () => reader.client.like(post.id));
  await showNews(author, 'like');
  await showNews(author, 'achievement', ({ message }) => message.includes('First Post'));

  await step('The daily digest', async () => {
    const digest = await sendDailyDigest.delay({});
    await digest.get({ timeout: stepLimit / 1000 });
  });
  for (const guest of [author, reader]) {
    const [newest] = await waitFor('the digest', () => inboxOf(app, guest), isDigest);
    print(`    to ${guest.name}: ${newest!.subject}`);
  }
}

const isDigest = ([newest]: { headers: Record<string, string> }[]) => newest?.headers['list-unsubscribe'] !== undefined;

/** Waits for a notification of this kind and shows it. */
async function showNews(
  { client, name }: Guest,
  kind: string,
  fits: (notification: NotificationView) => boolean = () => true,
): Promise<void> {
  const find = async () => (await client.notifications()).find((one) => one.type === kind && fits(one));
  const notification = await waitFor(`the ${kind} notification`, find, (found) => found !== undefined);
  print(`    ${name} is told: ${notification!.title}: ${notification!.message}`);
}
