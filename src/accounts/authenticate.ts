import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { type Account, seeAccount } from './queries.js';

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: { sub: string };
    user: Account;
  }
}

/**
 * Makes every route that is registered in this scope afterwards ask for an access token; `request.user` is then who sent it.
 * Answers TOKEN_MISSING without one, TOKEN_INVALID for one that is forged or expired, or whose user is gone or not active.
 */
export function requireUser(app: FastifyInstance, db: Kysely<Database>): void {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, authenticated: true };
  });
  // Not `onRequest`: the rate limit of a route comes last there, and must come before the work of this.
  app.addHook('preParsing', async (request) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!token) throw coded('TOKEN_MISSING');
    const account = await seeAccount(db, userIdOf(app, token));
    if (!account) throw coded('TOKEN_INVALID');
    request.user = account;
  });
}

function userIdOf(app: FastifyInstance, token: string): number {
  try {
    return Number(app.jwt.verify<{ sub: string }>(token).sub);
  } catch (error) {
    throw coded('TOKEN_INVALID', {}, { cause: error });
  }
}
