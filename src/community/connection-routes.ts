import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/schema.js';
import { idParams, pageOf, pageQuery } from '../http/schemas.js';
import { answerConnection, listConnections, removeConnection, requestConnection } from './connections.js';
import { connectionResponse, connectionStatus } from './responses.js';

/** Connections between people: ask, answer, list, end. */
export const connectionRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database> }> = async (app, { db }) => {
  app.route({
    method: 'POST',
    url: '/connections',
    config: {
      rateLimit: { max: 30, timeWindow: '1 minute' },
      errors: ['USER_NOT_FOUND', 'CONNECTION_EXISTS', 'NOT_ALLOWED'],
    },
    schema: {
      tags: ['connections'],
      summary: 'Ask a user to connect',
      body: z.object({ userId: z.number().int().positive() }),
      response: { 201: connectionResponse },
    },
    handler: async (request, reply) => reply.code(201).send(await requestConnection(db, request.user.id, request.body.userId)),
  });

  app.route({
    method: 'GET',
    url: '/connections',
    schema: {
      tags: ['connections'],
      summary: 'List connections and requests, newest first',
      querystring: pageQuery.extend({ status: connectionStatus.optional() }),
      response: { 200: pageOf(connectionResponse) },
    },
    handler: async (request) => {
      const { page, pageSize } = request.query;
      return { page, pageSize, ...(await listConnections(db, request.user.id, request.query)) };
    },
  });

  for (const [verb, answer] of [
    ['accept', 'accepted'],
    ['decline', 'declined'],
  ] as const) {
    app.route({
      method: 'POST',
      url: `/connections/:id/${verb}`,
      config: { errors: ['CONNECTION_NOT_FOUND'] },
      schema: {
        tags: ['connections'],
        summary: `${verb === 'accept' ? 'Accept' : 'Decline'} a request to connect`,
        params: idParams,
        response: { 200: connectionResponse },
      },
      handler: async (request) => answerConnection(db, request.user.id, request.params.id, answer),
    });
  }

  app.route({
    method: 'DELETE',
    url: '/connections/:id',
    config: { errors: ['CONNECTION_NOT_FOUND'] },
    schema: {
      tags: ['connections'],
      summary: 'End a connection, or take a request back',
      params: idParams,
      response: { 204: z.undefined().describe('The connection or request is gone.') },
    },
    handler: async (request, reply) => {
      await removeConnection(db, request.user.id, request.params.id);
      return reply.code(204).send();
    },
  });
};
