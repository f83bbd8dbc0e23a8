import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { staffAnalyticsRoutes } from '../../analytics/routes.js';
import { coded } from '../../errors.js';
import { errorAnswerer, pathOf } from '../../http/errors.js';
import { secretKey } from '../../secret-key.js';
import { authorizeAnalytics, guard } from './access.js';
import { auditRoutes } from './audit-routes.js';
import type { MonitorContext } from './context.js';
import { assertHealthy } from './health.js';
import { createLive } from './live.js';
import { createLogins } from './logins.js';
import { mailRoutes } from './mail-routes.js';
import { metricsRoutes } from './metrics-routes.js';
import { overviewRoutes } from './overview-routes.js';
import { assertProtected, hostsOf, isLoginRequired } from './protection.js';
import { queueRoutes } from './queue-routes.js';
import { scheduleRoutes } from './schedule-routes.js';
import { sessionRoutes } from './session-routes.js';
import { createCamera } from './snapshot.js';
import { staticRoutes } from './static.js';
import { taskActionRoutes } from './task-action-routes.js';
import { taskNameRoutes } from './task-name-routes.js';
import { taskRoutes } from './task-routes.js';
import { workerRoutes } from './worker-routes.js';

/** The most bytes of a body: arguments of a task among them, as large as a task takes them. */
const bodyLimit = 5 * 1024 * 1024;

const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    frameSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/**
 * Builds the monitor, ready for `listen` or `inject`. It needs no worker in its process, and asks nothing of the services until somebody looks.
 * Throws MONITOR_UNPROTECTED when it would be open to others than this machine.
 *
 * @param webFolder Where the built pages are.
 */
export async function buildMonitor(context: MonitorContext, webFolder: string): Promise<FastifyInstance> {
  const { settings, db, storage, log, clock } = context;
  assertProtected(settings);
  const loginRequired = isLoginRequired(settings);
  const app = Fastify({
    bodyLimit,
    genReqId: () => randomUUID(),
    // Behind a proxy on this machine the client's address, which limits go by, is the one that the proxy names.
    trustProxy: 'loopback',
    forceCloseConnections: true,
    frameworkErrors: errorAnswerer(log),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.addHook('onResponse', async (request, reply) => {
    log.debug({ requestId: request.id, status: reply.statusCode }, `${request.method} ${pathOf(request)} ${reply.statusCode}`);
  });
  await app.register(helmet, { contentSecurityPolicy, strictTransportSecurity: false });
  app.setErrorHandler(errorAnswerer(log));
  app.setNotFoundHandler((request) => {
    throw coded('ROUTE_NOT_FOUND', { method: request.method, path: pathOf(request) });
  });

  const logins = createLogins({
    db,
    basicAuth: settings.monitorBasicAuth ?? [],
    tokens: settings.monitorTokens ?? [],
    secretKey: secretKey(settings),
    clock,
  });
  guard(app, {
    logins,
    loginRequired,
    readOnly: settings.monitorReadOnly,
    hosts: loginRequired ? undefined : hostsOf(settings),
    basicAuth: settings.monitorBasicAuth !== undefined,
    clock,
  });
  const live = createLive(createCamera(context), log);
  app.addHook('preClose', () => live.close());

  const prefix = settings.monitorUrlPrefix ?? '';
  await app.register(
    async (root) => {
      root.get('/healthcheck', { config: { open: 'page' } }, async () => {
        assertHealthy(await live.current());
        return 'OK';
      });
      await root.register(metricsRoutes, { context, live });
      await root.register(
        async (api) => {
          api.addHook('onSend', async (_request, reply) => {
            reply.header('cache-control', 'no-store');
          });
          await api.register(sessionRoutes, { context, logins, loginRequired });
          await api.register(overviewRoutes, { context, live });
          await api.register(taskRoutes, context);
          await api.register(taskActionRoutes, context);
          await api.register(taskNameRoutes, context);
          await api.register(workerRoutes, context);
          await api.register(queueRoutes, context);
          await api.register(scheduleRoutes, context);
          await api.register(mailRoutes, context);
          await api.register(auditRoutes, context);
          await api.register(staffAnalyticsRoutes, {
            prefix: '/analytics',
            db,
            storage,
            clock,
            readOnly: settings.monitorReadOnly,
            authorize: authorizeAnalytics(db),
          });
        },
        { prefix: '/api' },
      );
      await root.register(staticRoutes, { folder: webFolder, base: prefix });
    },
    { prefix },
  );
  return app;
}
