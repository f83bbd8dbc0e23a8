import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/schema.js';
import { idParams, pageOf, pageQuery, text } from '../http/schemas.js';
import { createComment, deleteComment, listComments } from './comments.js';
import { createPost, deletePost, getPost, listPosts } from './posts.js';
import { commentResponse, postResponse } from './responses.js';

/** What people write comes no faster than they can. */
const writing = { max: 30, timeWindow: '1 minute' };

/** Posts and the comments on them. */
export const postRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database> }> = async (app, { db }) => {
  app.route({
    method: 'POST',
    url: '/posts',
    config: { rateLimit: writing },
    schema: {
      tags: ['community'],
      summary: 'Publish a post; whom it mentions with @username is told',
      body: z.object({ body: text(5000) }),
      response: { 201: postResponse },
    },
    handler: async (request, reply) => reply.code(201).send(await createPost(db, request.user.id, request.body.body)),
  });

  app.route({
    method: 'GET',
    url: '/posts',
    schema: {
      tags: ['community'],
      summary: 'List the posts of all, newest first',
      querystring: pageQuery,
      response: { 200: pageOf(postResponse) },
    },
    handler: async (request) => ({ ...request.query, ...(await listPosts(db, request.user.id, request.query)) }),
  });

  app.route({
    method: 'GET',
    url: '/posts/:id',
    config: { errors: ['CONTENT_NOT_FOUND'] },
    schema: { tags: ['community'], summary: 'A post', params: idParams, response: { 200: postResponse } },
    handler: async (request) => getPost(db, request.user.id, request.params.id),
  });

  app.route({
    method: 'DELETE',
    url: '/posts/:id',
    config: { errors: ['CONTENT_NOT_FOUND', 'NOT_ALLOWED'] },
    schema: {
      tags: ['community'],
      summary: 'Delete one’s own post with its comments and likes',
      params: idParams,
      response: { 204: z.undefined().describe('The post is deleted.') },
    },
    handler: async (request, reply) => {
      await deletePost(db, request.user.id, request.params.id);
      return reply.code(204).send();
    },
  });

  app.route({
    method: 'POST',
    url: '/posts/:id/comments',
    config: { rateLimit: writing, errors: ['CONTENT_NOT_FOUND'] },
    schema: {
      tags: ['community'],
      summary: 'Comment on a post; its author is told, and whom the comment mentions',
      params: idParams,
      body: z.object({ body: text(2000) }),
      response: { 201: commentResponse },
    },
    handler: async (request, reply) => {
      const comment = { postId: request.params.id, body: request.body.body };
      return reply.code(201).send(await createComment(db, request.user.id, comment));
    },
  });

  app.route({
    method: 'GET',
    url: '/posts/:id/comments',
    config: { errors: ['CONTENT_NOT_FOUND'] },
    schema: {
      tags: ['community'],
      summary: 'List the comments on a post, oldest first',
      params: idParams,
      querystring: pageQuery,
      response: { 200: pageOf(commentResponse) },
    },
    handler: async (request) => {
      const comments = await listComments(db, request.user.id, { postId: request.params.id, ...request.query });
      return { ...request.query, ...comments };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/comments/:id',
    config: { errors: ['CONTENT_NOT_FOUND', 'NOT_ALLOWED'] },
    schema: {
      tags: ['community'],
      summary: 'Delete one’s own comment',
      params: idParams,
      response: { 204: z.undefined().describe('The comment is deleted.') },
    },
    handler: async (request, reply) => {
      await deleteComment(db, request.user.id, request.params.id);
      return reply.code(204).send();
    },
  });
};
