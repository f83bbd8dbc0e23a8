import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { idParams, level, line, pageOf, pageQuery } from '../http/schemas.js';
import { applyForJob, listApplications, withdrawApplication } from './applications.js';
import { getJob, listJobs } from './queries.js';
import { applicationResponse, jobResponse, jobSummaryResponse, jobType } from './responses.js';

const filters = z
  .object({
    text: line(100).describe('Part of the title, the company or the description.'),
    location: line(100).describe('Part of the place.'),
    remote: z.stringbool({ truthy: ['true'], falsy: ['false'] }),
    level,
    type: jobType,
    skillId: idParams.shape.id.describe('A skill that is asked for.'),
  })
  .partial();

/** Jobs, and the user's applications for them. `clock` tells when somebody applies. */
export const jobRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; clock: () => Date }> = async (app, { db, clock }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/jobs',
    schema: {
      tags: ['jobs'],
      summary: 'List the jobs that take applications, newest first',
      querystring: pageQuery.extend(filters.shape),
      response: { 200: pageOf(jobSummaryResponse) },
    },
    handler: async (request) => {
      const { page, pageSize } = request.query;
      return { page, pageSize, ...(await listJobs(db, request.query)) };
    },
  });

  app.route({
    method: 'GET',
    url: '/jobs/:id',
    config: { errors: ['JOB_NOT_FOUND'] },
    schema: { tags: ['jobs'], summary: 'A job, open or closed', params: idParams, response: { 200: jobResponse } },
    handler: async (request) => getJob(db, request.user.id, request.params.id),
  });

  app.route({
    method: 'POST',
    url: '/jobs/:id/apply',
    config: {
      rateLimit: { max: 60, timeWindow: '1 minute' },
      errors: ['JOB_NOT_FOUND', 'JOB_CLOSED', 'ALREADY_APPLIED'],
    },
    schema: {
      tags: ['jobs'],
      summary: 'Apply for a job, once; the user’s recommendations are computed anew',
      params: idParams,
      response: {
        201: z.object({
          applicationId: z.number().int(),
          taskId: z.string().describe('The task that computes the recommendations.'),
        }),
      },
    },
    handler: async (request, reply) => reply.code(201).send(await applyForJob(db, request.user.id, request.params.id, clock())),
  });

  app.route({
    method: 'DELETE',
    url: '/jobs/:id/apply',
    config: { errors: ['NOT_APPLIED'] },
    schema: {
      tags: ['jobs'],
      summary: 'Withdraw the application for a job',
      params: idParams,
      response: { 204: z.undefined().describe('The application is withdrawn, or was rejected before.') },
    },
    handler: async (request, reply) => {
      await withdrawApplication(db, request.user.id, request.params.id);
      return reply.code(204).send();
    },
  });

  app.route({
    method: 'GET',
    url: '/me/applications',
    schema: {
      tags: ['jobs'],
      summary: 'List the user’s own applications, newest first',
      querystring: pageQuery,
      response: { 200: pageOf(applicationResponse) },
    },
    handler: async (request) => ({ ...request.query, ...(await listApplications(db, request.user.id, request.query)) }),
  });
};
