import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.js';
import { coded } from '../../errors.js';
import { pathOf } from '../../http/errors.js';
import { createAttempts } from './attempts.js';
import { audited } from './audit.js';
import { cookieOf, sessionCookie } from './cookie.js';
import type { Logins } from './logins.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; null for somebody who is not logged in. */
    person: string | null;
  }
  interface FastifyContextConfig {
    /** A route that asks for no login, whatever the settings say: a page, or one that tells who is logged in. */
    open?: 'page' | 'session';
  }
}

export interface AccessOptions {
  logins: Logins;
  /** Whether everything asks for a login. */
  loginRequired: boolean;
  readOnly: boolean;
  /** The names under which the monitor is reached when nobody logs in; undefined: any. */
  hosts: readonly string[] | undefined;
  /** Whether browsers are told to ask for a user and a password. */
  basicAuth: boolean;
  clock: () => Date;
}

/** The header that only the monitor's own pages, and programs that mean it, send with an action. */
const actionHeader = 'x-requested-with';

/** Decides, before every request, who it comes from and whether it is answered. */
export function guard(app: FastifyInstance, { logins, loginRequired, readOnly, hosts, basicAuth, clock }: AccessOptions): void {
  const attempts = createAttempts(clock);
  app.decorateRequest('person', null);

  async function identify(request: FastifyRequest): Promise<string | null> {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      attempts.begin(request.ip);
      const name = logins.authorize(authorization);
      if (name === undefined) return null;
      attempts.forgive(request.ip);
      return name;
    }
    const session = cookieOf(cookie, sessionCookie);
    return session === undefined ? null : ((await logins.resume(session)) ?? null);
  }

  app.addHook('onRequest', async (request, reply) => {
    if (hosts && !hosts.includes(hostnameOf(request)))
      throw foreign(`the host "${request.headers.host}" is none of the monitor's`);
    if (isAction(request)) checkOrigin(request);
    const { open } = request.routeOptions.config ?? {};
    if (open !== 'page') request.person = await identify(request);
    if (loginRequired && !request.person && !open) {
      if (basicAuth && !request.headers[actionHeader]) reply.header('www-authenticate', 'Basic realm="Journeyman"');
      throw coded('LOGIN_REQUIRED');
    }
    if (readOnly && isAction(request) && !open) throw coded('MONITOR_READ_ONLY');
  });

  app.decorate('attempts', attempts);
}

declare module 'fastify' {
  interface FastifyInstance {
    attempts: ReturnType<typeof createAttempts>;
  }
}

/** Who may see the analytics: whoever is logged in, whatever the settings say. What is asked to be computed is written down. */
export const authorizeAnalytics = (db: Kysely<Database>) => async (request: FastifyRequest) => {
  if (!request.person) throw coded('LOGIN_REQUIRED');
  if (isAction(request))
    await audited(db, request, { action: 'analytics.refresh', target: pathOf(request) }, async () => undefined);
};

/** The host by its `Host` header: unlike `X-Forwarded-Host`, which the framework prefers, a page in a browser cannot choose it. */
function hostnameOf({ headers: { host } }: FastifyRequest): string {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}

const foreign = (reason: string) => coded('REQUEST_FOREIGN', { reason });

const isAction = ({ method }: FastifyRequest) => !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** Another site's page can send neither the header nor JSON without being asked for leave, which is never given. */
function checkOrigin(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (!request.headers[actionHeader]) throw foreign('it has no header X-Requested-With: journeyman');
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign('another site sent it');
  if (origin !== undefined && !isOwnOrigin(origin, request.headers.host ?? '')) throw foreign(`it has the origin "${origin}"`);
}

/** Whether an origin is that of a host, whose port may be left out or not. */
function isOwnOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const own = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === new URL(origin).host;
}
