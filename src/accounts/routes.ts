import type { FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/schema.js';
import { requireUser } from './authenticate.js';
import { getUser } from './queries.js';
import { logIn, refresh, register } from './sessions.js';
import { accessTokenSeconds } from './tokens.js';
import { usernamePattern } from './username.js';

const email = z.email('must be an e-mail address').max(254, 'must have at most 254 characters').toLowerCase();
const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

const userResponse = z
  .object({
    id: z.number().int(),
    email: z.string(),
    username: z.string(),
    name: z.string(),
    headline: z.string().nullable(),
    location: z.string().nullable(),
    timezone: z.string(),
    isStaff: z.boolean(),
    isPremium: z.boolean(),
    createdAt: z.date(),
  })
  .meta({ id: 'User' });

const tokens = {
  accessToken: z.string().describe('Sent as `Authorization: Bearer …`.'),
  expiresIn: z.number().int().describe('Seconds that the access token is accepted.'),
  refreshToken: z.string().describe('Exchanged once for the next pair of tokens.'),
};
const sessionResponse = z.object({ user: userResponse, ...tokens });

/** Guessing passwords is slow from one address; people who mistype are not kept waiting. */
const strictly = { max: 10, timeWindow: '1 minute' };

/** Registration, login and the user's own account. */
export const accountRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database> }> = async (app, { db }) => {
  const accessToken = (userId: number) => ({
    accessToken: app.jwt.sign({ sub: String(userId) }),
    expiresIn: accessTokenSeconds,
  });

  app.route({
    method: 'POST',
    url: '/auth/register',
    config: { rateLimit: strictly, errors: ['EMAIL_TAKEN', 'USERNAME_TAKEN'] },
    schema: {
      tags: ['accounts'],
      summary: 'Create an account',
      body: z.object({
        email,
        username: z
          .string()
          .regex(usernamePattern, 'must be 1 to 50 letters and digits, with ".", "_" and "-" between them')
          .optional(),
        name,
        password: z.string().min(10, 'must have at least 10 characters').max(200, 'must have at most 200 characters'),
      }),
      response: { 201: sessionResponse },
    },
    handler: async (request, reply) => {
      const { user, refreshToken } = await register(db, request.body);
      return reply.code(201).send({ user, ...accessToken(user.id), refreshToken });
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/login',
    config: { rateLimit: strictly, errors: ['CREDENTIALS_INVALID'] },
    schema: {
      tags: ['accounts'],
      summary: 'Log in',
      body: z.object({ email, password: z.string().max(200) }),
      response: { 200: sessionResponse },
    },
    handler: async (request) => {
      const { user, refreshToken } = await logIn(db, request.body.email, request.body.password);
      return { user, ...accessToken(user.id), refreshToken };
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/refresh',
    config: { errors: ['REFRESH_TOKEN_INVALID'] },
    schema: {
      tags: ['accounts'],
      summary: 'Exchange a refresh token for new tokens',
      body: z.object({ refreshToken: z.string().max(200) }),
      response: { 200: z.object(tokens) },
    },
    handler: async (request) => {
      const { userId, refreshToken } = await refresh(db, request.body.refreshToken);
      return { ...accessToken(userId), refreshToken };
    },
  });

  await app.register(async (own) => ownAccountRoutes(own, db));
};

function ownAccountRoutes(app: FastifyInstance, db: Kysely<Database>): void {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/me',
    schema: { tags: ['accounts'], summary: 'The user’s own account', response: { 200: userResponse } },
    handler: async (request) => getUser(db, request.user.id),
  });
}
