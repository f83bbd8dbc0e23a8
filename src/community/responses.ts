import { z } from 'zod';

const count = z.number().int();

export const personResponse = z
  .object({ id: count, username: z.string(), name: z.string(), headline: z.string().nullable() })
  .meta({ id: 'Person' });

export const postResponse = z
  .object({
    id: count,
    author: personResponse,
    body: z.string(),
    createdAt: z.date(),
    likes: count.describe('How many people like it.'),
    comments: count.describe('How many comments there are.'),
    likedByMe: z.boolean(),
  })
  .meta({ id: 'Post' });

export const commentResponse = z
  .object({
    id: count,
    postId: count,
    author: personResponse,
    body: z.string(),
    createdAt: z.date(),
    likes: count.describe('How many people like it.'),
    likedByMe: z.boolean(),
  })
  .meta({ id: 'Comment' });

export const likeResponse = z.object({ liked: z.boolean(), likes: count.describe('How many people like it now.') });

export const connectionStatus = z.enum(['pending', 'accepted', 'declined']);

export const connectionResponse = z
  .object({
    id: count,
    status: connectionStatus,
    direction: z.enum(['sent', 'received']).describe('Who asked: the user (sent) or the other one.'),
    user: personResponse.describe('The other one.'),
    createdAt: z.date(),
    answeredAt: z.date().nullable(),
  })
  .meta({ id: 'Connection' });
