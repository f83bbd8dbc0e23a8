import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { idParams, pageOf, pageQuery } from '../http/schemas.js';
import { delayForUser } from '../http/task-owners.js';
import type { FileStorage } from '../storage.js';
import { analyzeResumeAsync } from '../tasks/resumes.js';
import { createResume, deleteResume, getResume, listResumes } from './library.js';
import { resumeResponse, resumeSummaryResponse } from './response.js';
import { receiveResume } from './upload.js';

export interface ResumeRouteOptions {
  db: Kysely<Database>;
  storage: FileStorage;
  /** The largest resume that is accepted. */
  maxBytes: number;
}

/** The user's resumes: upload, list, look at, delete. */
export const resumeRoutes: FastifyPluginAsyncZod<ResumeRouteOptions> = async (app, { db, storage, maxBytes }) => {
  requireUser(app, db);

  app.route({
    method: 'POST',
    url: '/resumes',
    config: {
      errors: ['RESUME_FILE_MISSING', 'RESUME_EMPTY', 'RESUME_TOO_LARGE', 'RESUME_TYPE_UNSUPPORTED', 'STORAGE_UNAVAILABLE'],
    },
    schema: {
      tags: ['resumes'],
      summary: 'Upload a resume (PDF, DOCX or plain text) and have it analysed',
      consumes: ['multipart/form-data'],
      body: z.object({ file: z.file() }),
      response: {
        202: z.object({ success: z.literal(true), resumeId: z.number().int(), taskId: z.string(), message: z.string() }),
      },
    },
    // The schema of the body is for the documentation: the handler streams the file and checks it on the way.
    validatorCompiler: () => (value) => ({ value }),
    handler: async (request, reply) => {
      const userId = request.user.id;
      const storageKey = `resumes/${userId}/${randomUUID()}`;
      const file = await receiveResume(request, { storage, key: storageKey, maxBytes });
      try {
        const { resumeId, taskId } = await db.transaction().execute(async (transaction) => {
          const id = await createResume(transaction, { ...file, userId, storageKey });
          const task = await delayForUser(transaction, userId, analyzeResumeAsync, { resumeId: id });
          return { resumeId: id, taskId: task.id };
        });
        return reply.code(202).send({ success: true, resumeId, taskId, message: 'Resume is being analyzed' });
      } catch (error) {
        await storage.remove(storageKey);
        throw error;
      }
    },
  });

  app.route({
    method: 'GET',
    url: '/resumes',
    schema: {
      tags: ['resumes'],
      summary: 'List resumes, newest first',
      querystring: pageQuery,
      response: { 200: pageOf(resumeSummaryResponse) },
    },
    handler: async (request) => ({ ...request.query, ...(await listResumes(db, request.user.id, request.query)) }),
  });

  app.route({
    method: 'GET',
    url: '/resumes/:id',
    config: { errors: ['RESUME_NOT_FOUND'] },
    schema: { tags: ['resumes'], summary: 'A resume with its analysis', params: idParams, response: { 200: resumeResponse } },
    handler: async (request) => getResume(db, request.user.id, request.params.id),
  });

  app.route({
    method: 'DELETE',
    url: '/resumes/:id',
    config: { errors: ['RESUME_NOT_FOUND'] },
    schema: {
      tags: ['resumes'],
      summary: 'Delete a resume',
      params: idParams,
      response: { 204: z.undefined().describe('The resume is deleted.') },
    },
    handler: async (request, reply) => {
      await deleteResume(db, request.user.id, request.params.id);
      return reply.code(204).send();
    },
  });
};
