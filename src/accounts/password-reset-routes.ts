import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { email, newPassword, strictly } from './fields.js';
import { requestPasswordReset, resetPassword } from './password-reset.js';

/** Mails that one person may be sent by others; and how many addresses one client may try. */
const perAddress = { max: 3, timeWindow: '15 minutes' };
const perClient = { max: 5, timeWindow: '15 minutes' };

/** An answer never comes sooner, in milliseconds: the time it takes does not tell whether there is an account. */
const answerAfter = 300;

const requested = {
  message: 'If there is an account with this address, a mail with a link to choose a new password is on its way.',
};

/** A new password for whoever forgot theirs: asking for the link, and using it. */
export const passwordResetRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; passwordResetTimeout: number }> = async (
  app,
  { db, passwordResetTimeout },
) => {
  const limitAddress = app.createRateLimit({
    ...perAddress,
    keyGenerator: (request) => (request as FastifyRequest<{ Body: { email: string } }>).body.email,
  });

  app.route({
    method: 'POST',
    url: '/auth/password-reset',
    config: { rateLimit: perClient },
    schema: {
      tags: ['accounts'],
      summary: 'Ask for a mail with a link to choose a new password; the answer is the same for an unknown address',
      body: z.object({ email }),
      response: { 202: z.object({ message: z.string() }) },
    },
    handler: async (request, reply) => {
      const limit = await limitAddress(request);
      if (!limit.isAllowed && limit.isExceeded) {
        reply.header('retry-after', limit.ttlInSeconds);
        throw coded('RATE_LIMITED', { seconds: limit.ttlInSeconds });
      }
      await Promise.all([requestPasswordReset(db, request.body.email, passwordResetTimeout), sleep(answerAfter)]);
      return reply.code(202).send(requested);
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/password-reset/confirm',
    config: { rateLimit: strictly, errors: ['PASSWORD_RESET_INVALID'] },
    schema: {
      tags: ['accounts'],
      summary: 'Choose a new password with the token of the link; ends every session',
      body: z.object({ token: z.string().max(200), password: newPassword }),
      response: { 204: z.undefined().describe('The password is changed.') },
    },
    handler: async (request, reply) => {
      await resetPassword(db, request.body.token, request.body.password);
      return reply.code(204).send();
    },
  });
};
