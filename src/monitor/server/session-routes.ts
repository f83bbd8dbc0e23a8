import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { coded } from '../../errors.js';
import type { SessionAnswer } from '../types/index.js';
import { audited } from './audit.js';
import type { MonitorContext } from './context.js';
import { cookieOf, sessionCookie, sessionSeconds } from './cookie.js';
import type { Logins } from './logins.js';
import { noBody, plainText } from './schemas.js';

export interface SessionRouteOptions {
  context: MonitorContext;
  logins: Logins;
  loginRequired: boolean;
}

/** The most bytes of a login, which anybody may send. */
const longestLogin = 4096;

/** Who is logged in, login and logout. */
export const sessionRoutes: FastifyPluginAsyncZod<SessionRouteOptions> = async (app, { context, logins, loginRequired }) => {
  const { settings, db, broker, version } = context;
  const answer = (user: string | null): SessionAnswer => ({
    user,
    loginRequired,
    canSeeAnalytics: user !== null,
    readOnly: settings.monitorReadOnly,
    version,
    broker: broker.address,
    timezone: settings.timezone,
  });
  // Of nobody who is not logged in where a login is asked for: it names the broker.
  const shown = (user: string | null): SessionAnswer =>
    user === null && loginRequired ? { ...answer(null), version: '', broker: '' } : answer(user);

  function setCookie(reply: FastifyReply, value: string, seconds: number, secure: boolean): void {
    const path = `${settings.monitorUrlPrefix ?? ''}/`;
    const attributes = [`Path=${path}`, `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict', ...(secure ? ['Secure'] : [])];
    reply.header('set-cookie', [`${sessionCookie}=${value}`, ...attributes].join('; '));
  }

  app.get('/session', { config: { open: 'session' } }, async (request) => shown(request.person));

  app.route({
    method: 'POST',
    url: '/login',
    config: { open: 'session' },
    bodyLimit: longestLogin,
    schema: { body: z.strictObject({ user: plainText(254).trim().min(1), password: z.string().max(200) }) },
    handler: async (request, reply) => {
      app.attempts.begin(request.ip);
      const { user, password } = request.body;
      const login = await audited(db, request, { action: 'session.login', target: user }, async () => {
        const found = await logins.logIn(user, password);
        if (!found) throw coded('CREDENTIALS_INVALID');
        return found;
      });
      app.attempts.forgive(request.ip);
      setCookie(reply, login.cookie, sessionSeconds, request.protocol === 'https');
      return answer(login.name);
    },
  });

  app.post('/logout', { config: { open: 'session' }, schema: { body: noBody } }, async (request, reply) => {
    const session = cookieOf(request.headers.cookie, sessionCookie);
    if (request.person !== null && session !== undefined)
      await audited(db, request, { action: 'session.logout', target: request.person }, () => logins.end(session));
    setCookie(reply, '', 0, request.protocol === 'https');
    return shown(null);
  });
};
