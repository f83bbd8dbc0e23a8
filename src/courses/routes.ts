import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { idParams, level, line, pageOf, pageQuery } from '../http/schemas.js';
import { getCourse, listCourses } from './courses.js';
import { enroll, rateCourse, reportProgress } from './enrollments.js';

const enrollmentResponse = z
  .object({
    progress: z.number().int().describe('Per cent.'),
    rating: z.number().int().nullable().describe('What the user gave, 1 to 5.'),
    enrolledAt: z.date(),
    completedAt: z.date().nullable().describe('Set when the progress is 100.'),
  })
  .meta({ id: 'Enrollment' });

const summary = z.object({
  id: z.number().int(),
  title: z.string(),
  provider: z.string(),
  level,
  durationHours: z.number(),
  skills: z.array(z.object({ id: z.number().int(), name: z.string() })).describe('What the course teaches.'),
  enrollment: enrollmentResponse.nullable().describe('The user’s own; null when there is none.'),
});

const courseSummaryResponse = summary.meta({ id: 'CourseSummary' });

const courseResponse = summary
  .extend({
    description: z.string(),
    modules: z.array(z.string()).describe('The modules’ titles, in order.'),
    rating: z.number().nullable().describe('The mean of all ratings, 1 to 5.'),
    enrollments: z.number().int().describe('How many users are enrolled, those who completed the course among them.'),
  })
  .meta({ id: 'Course' });

/** Courses, and how far the user has come in them. `clock` tells when somebody enrols. */
export const courseRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; clock: () => Date }> = async (app, { db, clock }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/courses',
    schema: {
      tags: ['courses'],
      summary: 'List courses, newest first',
      querystring: pageQuery.extend({
        level: level.optional(),
        skillId: z.coerce.number().int().positive().optional(),
        text: line(100).optional().describe('What the title, the provider or the description holds.'),
        enrolled: z
          .stringbool({ truthy: ['true'], falsy: ['false'] })
          .optional()
          .describe('Only one’s own, or only others.'),
      }),
      response: { 200: pageOf(courseSummaryResponse) },
    },
    handler: async ({ user, query }) => ({ ...query, ...(await listCourses(db, user.id, query)) }),
  });

  app.route({
    method: 'GET',
    url: '/courses/:id',
    config: { errors: ['COURSE_NOT_FOUND'] },
    schema: {
      tags: ['courses'],
      summary: 'A course, with the user’s own progress',
      params: idParams,
      response: { 200: courseResponse },
    },
    handler: async (request) => getCourse(db, request.user.id, request.params.id),
  });

  app.route({
    method: 'POST',
    url: '/courses/:id/enroll',
    config: { errors: ['COURSE_NOT_FOUND'] },
    schema: {
      tags: ['courses'],
      summary: 'Enrol in a course; again changes nothing',
      params: idParams,
      response: { 200: enrollmentResponse, 201: enrollmentResponse },
    },
    handler: async (request, reply) => {
      const { enrollment, created } = await enroll(db, request.user.id, request.params.id, clock());
      return reply.code(created ? 201 : 200).send(enrollment);
    },
  });

  app.route({
    method: 'PUT',
    url: '/courses/:id/progress',
    config: { errors: ['NOT_ENROLLED'] },
    schema: {
      tags: ['courses'],
      summary: 'Note how far the user has come; less than before changes nothing',
      params: idParams,
      body: z.object({ progress: z.number().int().min(0).max(100) }),
      response: { 200: enrollmentResponse },
    },
    handler: async (request) => reportProgress(db, request.user.id, request.params.id, request.body.progress),
  });

  app.route({
    method: 'PUT',
    url: '/courses/:id/rating',
    config: { errors: ['NOT_ENROLLED'] },
    schema: {
      tags: ['courses'],
      summary: 'Rate a course in which the user is enrolled',
      params: idParams,
      body: z.object({ rating: z.number().int().min(1).max(5) }),
      response: { 200: enrollmentResponse },
    },
    handler: async (request) => rateCourse(db, request.user.id, request.params.id, request.body.rating),
  });
};
