import { companies } from './data/companies.js';
import { comments as commentTexts, fill, posts as postTexts } from './data/texts.js';
import { insertAll, insertWithIds } from './insert.js';
import { byTime, momentOf, notify, type Person, recordActivity, type World } from './world.js';

const postCount = 400;
const commentCount = 900;

interface Content {
  id: number;
  author: Person;
  created_at: Date;
}

/** Posts, the comments on them, and the likes of both. */
export async function seedCommunity(world: World): Promise<void> {
  const posts = await seedPosts(world);
  const comments = await seedComments(world, posts);
  await insertAll(world.transaction, 'likes', [
    ...posts.flatMap((post) =>
      likesOf(world, post, popularity(world)).map((like) => ({ ...like, post_id: post.id, comment_id: null })),
    ),
    ...comments.flatMap((comment) =>
      likesOf(world, comment, world.random.int(0, 2)).map((like) => ({ ...like, post_id: null, comment_id: comment.id })),
    ),
  ]);
}

/** Most posts are liked by a few, some by many. */
const popularity = ({ random }: World) => Math.round(30 * random.next() ** 3);

async function seedPosts(world: World): Promise<Content[]> {
  const { transaction, random } = world;
  const drafts = Array.from({ length: postCount }, () => random.pick(world.people))
    .flatMap((author) => {
      const created_at = momentOf(world, author, author.signedUpAt);
      return created_at ? [{ author, created_at }] : [];
    })
    .sort(byTime);
  const rows = drafts.map(({ author, created_at }) => ({
    author_id: author.id,
    body: fill(random.pick(postTexts), {
      skill: random.pick(author.skills).name,
      title: author.profession.title,
      company: random.pick(companies),
    }),
    created_at,
    updated_at: created_at,
  }));
  const inserted = await insertWithIds(transaction, 'posts', rows);
  return inserted.map(({ id, created_at }, index) => {
    const { author } = drafts[index]!;
    recordActivity(world, author, 'post', created_at, id);
    return { id, author, created_at };
  });
}

async function seedComments(world: World, posts: Content[]): Promise<Content[]> {
  const { transaction, random } = world;
  const drafts = Array.from({ length: commentCount }, () => ({ post: random.pick(posts), author: random.pick(world.people) }))
    .flatMap(({ post, author }) => {
      const created_at = author !== post.author && momentOf(world, author, post.created_at);
      return created_at ? [{ post, author, created_at }] : [];
    })
    .sort(byTime);
  const rows = drafts.map(({ post, author, created_at }) => ({
    post_id: post.id,
    author_id: author.id,
    body: random.pick(commentTexts),
    created_at,
  }));
  const inserted = await insertWithIds(transaction, 'comments', rows);
  return inserted.map(({ id, created_at }, index) => {
    const { author, post } = drafts[index]!;
    recordActivity(world, author, 'comment', created_at, id);
    notify(world, post.author, created_at, {
      type: 'comment',
      title: 'New comment',
      message: `${author.name} commented on your post`,
      related_user_id: author.id,
      unique_key: `demo:comment:${id}`,
    });
    return { id, author, created_at };
  });
}

function likesOf(world: World, content: Content, count: number) {
  return world.random.sample(world.people, count).flatMap((person) => {
    const created_at = person !== content.author && momentOf(world, person, content.created_at);
    if (!created_at) return [];
    recordActivity(world, person, 'like', created_at, content.id);
    return [{ user_id: person.id, created_at }];
  });
}
