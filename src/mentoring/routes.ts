import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import type { ErrorCode } from '../errors.js';
import { idParams, line, pageOf, pageQuery, text } from '../http/schemas.js';
import { getMentor, listMentors, saveMentor } from './mentors.js';
import { changeSession, rateSession, requestSession } from './session-changes.js';
import { getSession, listSessions, sessionStatuses } from './sessions.js';
import type { Action } from './transitions.js';

const id = z.number().int().positive();

const mentorResponse = z
  .object({
    id: id.describe('The mentor’s user id.'),
    name: z.string(),
    headline: z.string().nullable(),
    location: z.string().nullable(),
    bio: z.string(),
    rating: z.number().nullable().describe('The mean of what mentees gave, 1 to 5.'),
    acceptsMentees: z.boolean(),
    capacity: z.number().int().describe('How many accepted sessions at once.'),
    available: z.boolean().describe('Whether the mentor takes mentees and has room for one more.'),
    skills: z.array(z.object({ id, name: z.string() })),
  })
  .meta({ id: 'Mentor' });

const person = z.object({ id, name: z.string() });
const sessionResponse = z
  .object({
    id,
    mentor: person,
    mentee: person,
    topic: z.string(),
    status: z.enum(sessionStatuses),
    proposedAt: z.date(),
    completedAt: z.date().nullable(),
    rating: z.number().int().nullable().describe('What the mentee gave, 1 to 5.'),
    createdAt: z.date(),
  })
  .meta({ id: 'MentorSession' });

export interface MentoringRouteOptions {
  db: Kysely<Database>;
  clock: () => Date;
}

/** Mentors, and the sessions that users have with them. */
export const mentoringRoutes: FastifyPluginAsyncZod<MentoringRouteOptions> = async (app, { db, clock }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/mentors',
    schema: {
      tags: ['mentoring'],
      summary: 'List the mentors who take mentees, best rated first',
      querystring: pageQuery.extend({ skillId: z.coerce.number().int().positive().optional() }),
      response: { 200: pageOf(mentorResponse) },
    },
    handler: async ({ query }) => ({ ...query, ...(await listMentors(db, query)) }),
  });

  app.route({
    method: 'GET',
    url: '/mentors/:id',
    config: { errors: ['MENTOR_NOT_FOUND'] },
    schema: { tags: ['mentoring'], summary: 'A mentor', params: idParams, response: { 200: mentorResponse } },
    handler: async (request) => getMentor(db, request.params.id),
  });

  app.route({
    method: 'PUT',
    url: '/me/mentor',
    config: { errors: ['SKILL_NOT_FOUND'] },
    schema: {
      tags: ['mentoring'],
      summary: 'Become a mentor, or change what is known of oneself as one',
      body: z.object({
        bio: text(2000),
        skillIds: z.array(id).max(50, 'must have at most 50 skills'),
        capacity: z.number().int().min(1).max(50).default(3),
        acceptsMentees: z.boolean().default(true),
      }),
      response: { 200: mentorResponse },
    },
    handler: async (request) => saveMentor(db, request.user.id, request.body),
  });

  app.route({
    method: 'POST',
    url: '/mentors/:id/sessions',
    config: {
      rateLimit: { max: 10, timeWindow: '1 minute' },
      errors: ['MENTOR_NOT_FOUND', 'MENTOR_UNAVAILABLE', 'ALREADY_REQUESTED', 'NOT_ALLOWED'],
    },
    schema: {
      tags: ['mentoring'],
      summary: 'Ask a mentor for a session',
      params: idParams,
      body: z.object({
        topic: line(200),
        proposedAt: z.iso
          .datetime({ offset: true, error: 'must be a time with its offset, such as "2030-01-31T17:00:00Z"' })
          .refine((time) => new Date(time) > clock(), 'must be in the future'),
      }),
      response: { 201: sessionResponse },
    },
    handler: async (request, reply) => {
      const { topic, proposedAt } = request.body;
      const session = await requestSession(db, request.user.id, request.params.id, { topic, proposedAt: new Date(proposedAt) });
      return reply.code(201).send(session);
    },
  });

  await app.register(sessionRoutes, { db });
};

/** What each action is for, and what may go wrong beside that the session is not there. */
const actions: Record<Action, { summary: string; errors: ErrorCode[] }> = {
  accept: { summary: 'Accept a request, as its mentor', errors: ['NOT_ALLOWED', 'MENTOR_UNAVAILABLE'] },
  decline: { summary: 'Decline a request, as its mentor', errors: ['NOT_ALLOWED'] },
  complete: { summary: 'Note that an accepted session took place, as its mentor', errors: ['NOT_ALLOWED'] },
  cancel: { summary: 'Cancel a session that is requested or accepted', errors: [] },
};

const sessionRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database> }> = async (app, { db }) => {
  app.route({
    method: 'GET',
    url: '/sessions',
    schema: {
      tags: ['mentoring'],
      summary: 'List the user’s sessions, as mentor or as mentee, newest first',
      querystring: pageQuery.extend({
        role: z.enum(['mentor', 'mentee']).optional(),
        status: z.enum(sessionStatuses).optional(),
      }),
      response: { 200: pageOf(sessionResponse) },
    },
    handler: async ({ user, query }) => ({ ...query, ...(await listSessions(db, user.id, query)) }),
  });

  app.route({
    method: 'GET',
    url: '/sessions/:id',
    config: { errors: ['SESSION_NOT_FOUND'] },
    schema: {
      tags: ['mentoring'],
      summary: 'A session in which the user takes part',
      params: idParams,
      response: { 200: sessionResponse },
    },
    handler: async (request) => getSession(db, request.user.id, request.params.id),
  });

  for (const [action, { summary, errors }] of Object.entries(actions) as [Action, (typeof actions)[Action]][]) {
    app.route({
      method: 'POST',
      url: `/sessions/:id/${action}`,
      config: { errors: ['SESSION_NOT_FOUND', 'SESSION_STATUS_CONFLICT', ...errors] },
      schema: { tags: ['mentoring'], summary, params: idParams, response: { 200: sessionResponse } },
      handler: async (request) => changeSession(db, request.user.id, request.params.id, action),
    });
  }

  app.route({
    method: 'POST',
    url: '/sessions/:id/rate',
    config: { errors: ['SESSION_NOT_FOUND', 'SESSION_STATUS_CONFLICT', 'NOT_ALLOWED'] },
    schema: {
      tags: ['mentoring'],
      summary: 'Rate a completed session, as its mentee',
      params: idParams,
      body: z.object({ rating: z.number().int().min(1).max(5) }),
      response: { 200: sessionResponse },
    },
    handler: async (request) => rateSession(db, request.user.id, request.params.id, request.body.rating),
  });
};
