import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/schema.js';
import { level, line } from '../http/schemas.js';
import type { TaskLogger } from '../taskkit/index.js';
import { requireUser } from './authenticate.js';
import { email, name, newPassword, strictly, timezone, userResponse } from './fields.js';
import { ownDataRoutes } from './own-data-routes.js';
import { passwordResetRoutes } from './password-reset-routes.js';
import { getUser, updateProfile } from './queries.js';
import { logIn, logOut, refresh, register } from './sessions.js';
import { accessTokenSeconds } from './tokens.js';
import { usernamePattern } from './username.js';

const tokens = {
  accessToken: z.string().describe('Sent as `Authorization: Bearer …`.'),
  expiresIn: z.number().int().describe('Seconds that the access token is accepted.'),
  refreshToken: z.string().describe('Exchanged once for the next pair of tokens.'),
};
const sessionResponse = z.object({ user: userResponse, ...tokens });

export interface AccountRouteOptions {
  db: Kysely<Database>;
  /** Seconds that a link to reset the password works. */
  passwordResetTimeout: number;
  log: TaskLogger;
}

/** Registration, login, forgotten passwords and the user's own account. */
export const accountRoutes: FastifyPluginAsyncZod<AccountRouteOptions> = async (app, { db, passwordResetTimeout, log }) => {
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
        password: newPassword,
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

  app.route({
    method: 'POST',
    url: '/auth/logout',
    schema: {
      tags: ['accounts'],
      summary: 'End the session of a refresh token',
      body: z.object({ refreshToken: z.string().max(200) }),
      response: { 204: z.undefined().describe('The token, if it was one, is not accepted any more.') },
    },
    handler: async (request, reply) => {
      await logOut(db, request.body.refreshToken);
      return reply.code(204).send();
    },
  });

  await app.register(passwordResetRoutes, { db, passwordResetTimeout });
  await app.register(ownAccountRoutes, { db });
  await app.register(ownDataRoutes, { db, log });
};

const ownAccountRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database> }> = async (app, { db }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/me',
    schema: { tags: ['accounts'], summary: 'The user’s own account', response: { 200: userResponse } },
    handler: async (request) => getUser(db, request.user.id),
  });

  app.route({
    method: 'PATCH',
    url: '/me',
    schema: {
      tags: ['accounts'],
      summary: 'Change the user’s own account',
      body: z
        .object({
          name,
          headline: line(200).nullable(),
          location: line(200).nullable(),
          timezone,
          level: level.nullable(),
        })
        .partial(),
      response: { 200: userResponse },
    },
    handler: async (request) =>
      db.transaction().execute((transaction) => updateProfile(transaction, request.user.id, request.body)),
  });
};
