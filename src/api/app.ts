import { createHmac, randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import jwt from '@fastify/jwt';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { accessTokenSeconds } from '../accounts/index.js';
import { accountRoutes } from '../accounts/routes.js';
import { achievementRoutes } from '../achievements/routes.js';
import { analyticsRoutes } from '../analytics/routes.js';
import { communityRoutes } from '../community/routes.js';
import { courseRoutes } from '../courses/routes.js';
import type { Database } from '../db/schema.js';
import { emailRoutes } from '../email/routes.js';
import { coded } from '../errors.js';
import { answerErrors, errorAnswerer, pathOf } from '../http/errors.js';
import { jobRoutes } from '../jobs/routes.js';
import { mentoringRoutes } from '../mentoring/routes.js';
import { notificationRoutes } from '../notifications/routes.js';
import { recommendationRoutes } from '../recommendations/routes.js';
import { resumeRoutes } from '../resumes/routes.js';
import type { Settings } from '../settings.js';
import { skillRoutes } from '../skills/routes.js';
import type { FileStorage } from '../storage.js';
import type { TaskLogger } from '../taskkit/index.js';
import { serveDocs } from './docs.js';
import { healthRoutes } from './health.js';
import { taskRoutes } from './tasks.js';

export interface ApiOptions {
  settings: Pick<Settings, 'frontendUrl' | 'passwordResetTimeout' | 'resumeMaxBytes'>;
  db: Kysely<Database>;
  /** Where streams listen for what is new; the same database as `db`. */
  databaseUrl: string;
  storage: FileStorage;
  /** Answers when the broker does, and throws when it does not. */
  pingBroker: () => Promise<void>;
  /** At least 32 characters; access tokens are signed with a key made from it. */
  secretKey: string;
  log: TaskLogger;
}

/** The most bytes of a JSON body. */
const bodyLimit = 256 * 1024;
/** How long a client may take to send a request, in milliseconds; an upload on a slow line among them. */
const requestTimeout = 120_000;

/**
 * Builds the API, ready for `listen` or `inject`. It opens nothing of its own until a client opens a stream; its tasks go through the outbox of the kit
 * that this process is connected to.
 */
export async function buildApi({
  settings,
  db,
  databaseUrl,
  storage,
  pingBroker,
  secretKey,
  log,
}: ApiOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit,
    requestTimeout,
    connectionTimeout: requestTimeout,
    genReqId: () => randomUUID(),
    // Behind a proxy on this machine the client's address, which rate limits go by, is the one that the proxy names.
    trustProxy: 'loopback',
    frameworkErrors: errorAnswerer(log),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  logRequests(app, log);

  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  await app.register(cors, {
    origin: new URL(settings.frontendUrl).origin,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after'],
  });
  await app.register(rateLimit, {
    max: 600,
    timeWindow: '1 minute',
    errorResponseBuilder: (_request, { ttl }) => coded('RATE_LIMITED', { seconds: Math.ceil(ttl / 1000) }),
  });
  await app.register(jwt, {
    // A key of its own, so that nothing else that is signed with SECRET_KEY passes for an access token.
    secret: createHmac('sha256', secretKey).update('access token').digest(),
    sign: { algorithm: 'HS256', expiresIn: `${accessTokenSeconds}s` },
    verify: { algorithms: ['HS256'] },
  });
  await app.register(multipart, { limits: { fileSize: settings.resumeMaxBytes, files: 1, fields: 10, parts: 11 } });
  answerErrors(app, log);
  await serveDocs(app);

  await app.register(healthRoutes, { db, pingBroker });
  await app.register(
    async (api) => {
      await api.register(accountRoutes, { db, passwordResetTimeout: settings.passwordResetTimeout, log });
      await api.register(resumeRoutes, { db, storage, maxBytes: settings.resumeMaxBytes });
      await api.register(achievementRoutes, { db, clock: () => new Date() });
      await api.register(notificationRoutes, { db, databaseUrl, clock: () => new Date(), log });
      await api.register(courseRoutes, { db, clock: () => new Date() });
      await api.register(mentoringRoutes, { db, clock: () => new Date() });
      await api.register(skillRoutes, { db, clock: () => new Date() });
      await api.register(jobRoutes, { db, clock: () => new Date() });
      await api.register(recommendationRoutes, { db, clock: () => new Date() });
      await api.register(communityRoutes, { db, clock: () => new Date() });
      await api.register(emailRoutes, { db, secretKey, frontendUrl: settings.frontendUrl });
      await api.register(analyticsRoutes, { db, storage, clock: () => new Date() });
      await api.register(taskRoutes, { db });
    },
    { prefix: '/api' },
  );
  return app;
}

function logRequests(app: FastifyInstance, log: TaskLogger): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const details = { requestId: request.id, status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime) };
    log.info(details, `${request.method} ${pathOf(request)} ${reply.statusCode}`);
  });
  app.addHook('onRequestAbort', async (request) => {
    log.info({ requestId: request.id }, `${request.method} ${pathOf(request)} aborted by the client`);
  });
}
