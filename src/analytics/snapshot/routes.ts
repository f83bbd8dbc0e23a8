import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../db/schema.js';
import { pageOf, pageQuery } from '../../http/schemas.js';
import type { FileStorage } from '../../storage.js';
import { exportAnalyticsSnapshot } from '../../tasks/analytics.js';
import { askFor } from '../compute-on-demand.js';
import { askedResponse } from '../responses.js';
import { listSnapshots, openSnapshotFile, readManifest } from './library.js';
import { manifestSchema } from './manifest.js';

const snapshotParams = z.object({ name: z.iso.date() });
const fileParams = snapshotParams.extend({ file: z.string().regex(/^[a-z]+\.(json|csv)\.gz$/) });

export interface SnapshotRouteOptions {
  db: Kysely<Database>;
  storage: FileStorage;
  clock: () => Date;
}

/** The exported snapshots. */
export const snapshotRoutes: FastifyPluginAsyncZod<SnapshotRouteOptions> = async (app, { db, storage, clock }) => {
  app.route({
    method: 'GET',
    url: '/snapshots',
    config: { errors: ['STORAGE_UNAVAILABLE'] },
    schema: {
      tags: ['analytics'],
      summary: 'The snapshots that are kept, newest first, with their files',
      querystring: pageQuery,
      response: { 200: pageOf(manifestSchema) },
    },
    handler: async (request) => ({ ...request.query, ...(await listSnapshots(storage, request.query)) }),
  });

  app.route({
    method: 'GET',
    url: '/snapshots/:name',
    config: { errors: ['SNAPSHOT_NOT_FOUND', 'STORAGE_UNAVAILABLE'] },
    schema: {
      tags: ['analytics'],
      summary: 'What a snapshot holds: its files with rows, bytes and checksums',
      params: snapshotParams,
      response: { 200: manifestSchema },
    },
    handler: async (request) => readManifest(storage, request.params.name),
  });

  app.route({
    method: 'GET',
    url: '/snapshots/:name/:file',
    config: { rateLimit: { max: 120, timeWindow: '1 minute' }, errors: ['SNAPSHOT_NOT_FOUND', 'STORAGE_UNAVAILABLE'] },
    schema: {
      tags: ['analytics'],
      summary: 'Download a file of a snapshot, compressed by gzip',
      params: fileParams,
      produces: ['application/gzip'],
      response: { 200: z.file() },
    },
    handler: async (request, reply) => {
      const { name, file } = request.params;
      const { bytes, content } = await openSnapshotFile(storage, request.params);
      reply.headers({
        'content-type': 'application/gzip',
        'content-length': bytes,
        'content-disposition': `attachment; filename="${name}-${file}"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
      });
      return reply.send(content as never);
    },
  });

  app.route({
    method: 'POST',
    url: '/snapshots/refresh',
    config: { rateLimit: { max: 6, timeWindow: '1 minute' } },
    schema: {
      tags: ['analytics'],
      summary: 'Have a snapshot exported, in place of an older one of today, once a minute at most',
      response: { 202: askedResponse },
    },
    handler: async (_request, reply) => {
      const taskId = await askFor(db, { task: exportAnalyticsSnapshot, args: {}, about: 'analytics-snapshot', now: clock() });
      return reply.code(202).send({ taskId });
    },
  });
};
