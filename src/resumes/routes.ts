import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { idParams, pageOf, pageQuery } from '../http/schemas.js';
import { delayForUser } from '../http/task-owners.js';
import type { FileStorage } from '../storage.js';
import { analyzeResumeAsync } from '../tasks/resumes.js';
import { downloadHeaders } from './download.js';
import { createResume, deleteResume, findFile, getResume, listResumes, newStorageKey, reopenResume } from './library.js';
import { resumeResponse, resumeSummaryResponse } from './response.js';
import { receiveResume } from './upload.js';

export interface ResumeRouteOptions {
  db: Kysely<Database>;
  storage: FileStorage;
  /** The largest resume that is accepted. */
  maxBytes: number;
}

const startedResponse = z.object({
  success: z.literal(true),
  resumeId: z.number().int(),
  taskId: z.string(),
  message: z.string(),
});
const started = { success: true, message: 'Resume is being analyzed' } as const;

/** Each reads a file anew. */
const analysing = { max: 10, timeWindow: '1 minute' };
const downloading = { max: 60, timeWindow: '1 minute' };

/** The user's resumes: upload, list, look at, analyse anew, download, delete. */
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
      summary: 'Upload a resume (PDF, DOCX, ODT, RTF, HTML, Markdown or plain text) and have it analysed',
      consumes: ['multipart/form-data'],
      body: z.object({ file: z.file() }),
      response: { 202: startedResponse },
    },
    // The schema of the body is for the documentation: the handler streams the file and checks it on the way.
    validatorCompiler: () => (value) => ({ value }),
    handler: async (request, reply) => {
      const userId = request.user.id;
      const storageKey = newStorageKey(userId);
      const file = await receiveResume(request, { storage, key: storageKey, maxBytes });
      try {
        const { resumeId, taskId } = await db.transaction().execute(async (transaction) => {
          const id = await createResume(transaction, { ...file, userId, storageKey });
          const task = await delayForUser(transaction, userId, analyzeResumeAsync, { resumeId: id });
          return { resumeId: id, taskId: task.id };
        });
        return reply.code(202).send({ ...started, resumeId, taskId });
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
    method: 'POST',
    url: '/resumes/:id/analyze',
    config: { rateLimit: analysing, errors: ['RESUME_NOT_FOUND', 'RESUME_BUSY'] },
    schema: {
      tags: ['resumes'],
      summary: 'Have a resume read and analysed anew; the last analysis stays until then',
      params: idParams,
      response: { 202: startedResponse },
    },
    handler: async (request, reply) => {
      const userId = request.user.id;
      const resumeId = request.params.id;
      const { id: taskId } = await db.transaction().execute(async (transaction) => {
        await reopenResume(transaction, userId, resumeId);
        return delayForUser(transaction, userId, analyzeResumeAsync, { resumeId });
      });
      return reply.code(202).send({ ...started, resumeId, taskId });
    },
  });

  app.route({
    method: 'GET',
    url: '/resumes/:id/file',
    config: { rateLimit: downloading, errors: ['RESUME_NOT_FOUND', 'STORAGE_UNAVAILABLE'] },
    schema: {
      tags: ['resumes'],
      summary: 'Download the file of a resume, as it was uploaded',
      params: idParams,
      produces: ['application/octet-stream'],
      response: { 200: z.file() },
    },
    handler: async (request, reply) => {
      const { storageKey, ...file } = await findFile(db, request.user.id, request.params.id);
      const content = await storage.read(storageKey);
      return reply.headers(downloadHeaders(file)).send(content as never);
    },
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
