import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { listPreferences, mailKinds, setPreferences } from './preferences.js';
import { type UnsubscribeRoutesOptions, unsubscribeRoutes } from './unsubscribe-routes.js';

const preference = z.object({ kind: z.enum(mailKinds), enabled: z.boolean() });
const preferences = z.object({ preferences: z.array(preference) });
const changes = preferences.refine((body) => new Set(body.preferences.map(({ kind }) => kind)).size === body.preferences.length, {
  path: ['preferences'],
  message: 'must name each kind once',
});

/** What users are sent: their preferences, and the links in mails that unsubscribe. */
export const emailRoutes: FastifyPluginAsyncZod<UnsubscribeRoutesOptions> = async (app, options) => {
  await app.register(unsubscribeRoutes, options);
  await app.register(preferenceRoutes, { db: options.db });
};

const preferenceRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database> }> = async (app, { db }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/me/email-preferences',
    schema: { tags: ['emails'], summary: 'Every kind of mail, and whether the user wants it', response: { 200: preferences } },
    handler: async (request) => ({ preferences: await listPreferences(db, request.user.id) }),
  });

  app.route({
    method: 'PUT',
    url: '/me/email-preferences',
    schema: {
      tags: ['emails'],
      summary: 'Switch kinds of mail on or off; those not named stay as they are',
      body: changes,
      response: { 200: preferences },
    },
    handler: async (request) => {
      await setPreferences(db, request.user.id, request.body.preferences);
      return { preferences: await listPreferences(db, request.user.id) };
    },
  });
};
