import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { frontendLink } from './links.js';
import { setPreferences } from './preferences.js';
import { createUnsubscribeTokens } from './unsubscribe.js';
import { confirmPage, donePage, invalidPage, pagePolicy } from './unsubscribe-page.js';

export interface UnsubscribeRoutesOptions {
  db: Kysely<Database>;
  /** That of the links in the mails. */
  secretKey: string;
  frontendUrl: string;
}

const page = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } });

/** A link that was cut short has a page of its own to say so, hence the empty token. */
const querystring = z.object({ token: z.string().catch('').describe('From the link in a mail.') });
const invalid = page('A page that says UNSUBSCRIBE_LINK_INVALID');

const sendPage = (reply: FastifyReply, status: number, content: string) =>
  reply.code(status).type('text/html; charset=utf-8').send(content);

/** The links in mails by which a user gets no more of a kind, without a login. */
export const unsubscribeRoutes: FastifyPluginAsyncZod<UnsubscribeRoutesOptions> = async (app, { db, secretKey, frontendUrl }) => {
  const tokens = createUnsubscribeTokens(secretKey);
  const settingsUrl = frontendLink(frontendUrl, 'settings/notifications');
  const refuse = (reply: FastifyReply) =>
    sendPage(reply, 400, invalidPage(coded('UNSUBSCRIBE_LINK_INVALID').message, settingsUrl));

  // The form's body and that of RFC 8058 say no more than the method does.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, async () => undefined);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', pagePolicy).header('cache-control', 'no-store');
  });

  // Programs that look at the links of a mail open this too, and must change nothing by it.
  app.route({
    method: 'GET',
    url: '/unsubscribe',
    schema: {
      tags: ['emails'],
      summary: 'Ask whether to unsubscribe: the page that the link in a mail opens',
      querystring,
      response: { 200: page('A page with a button'), 400: invalid },
    },
    handler: async (request, reply) => {
      const subscription = tokens.read(request.query.token);
      return subscription ? sendPage(reply, 200, confirmPage(subscription.kind)) : refuse(reply);
    },
  });

  app.route({
    method: 'POST',
    url: '/unsubscribe',
    schema: {
      tags: ['emails'],
      summary: 'Unsubscribe: the button of the page, and the one click of mail programs (RFC 8058)',
      querystring,
      response: { 200: page('A page that says so'), 400: invalid },
    },
    handler: async (request, reply) => {
      const subscription = tokens.read(request.query.token);
      if (!subscription) return refuse(reply);
      const { userId, kind } = subscription;
      await setPreferences(db, userId, [{ kind, enabled: false }]);
      return sendPage(reply, 200, donePage(kind, settingsUrl));
    },
  });
};
