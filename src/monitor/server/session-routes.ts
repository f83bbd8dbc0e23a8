import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { coded } from '../../errors.js';
import type { SessionAnswer } from '../types.js';
import type { MonitorContext } from './context.js';
import { sessionCookie, sessionSeconds } from './cookie.js';
import type { Logins } from './logins.js';

export interface SessionRouteOptions {
  context: MonitorContext;
  logins: Logins;
  loginRequired: boolean;
}

/** Who is logged in, login and logout. */
export const sessionRoutes: FastifyPluginAsyncZod<SessionRouteOptions> = async (app, { context, logins, loginRequired }) => {
  const { settings, broker, version } = context;
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
    schema: { body: z.strictObject({ user: z.string().trim().min(1).max(254), password: z.string().max(200) }) },
    handler: async (request, reply) => {
      app.attempts.check(request.ip);
      const login = await logins.logIn(request.body.user, request.body.password);
      if (!login) {
        app.attempts.fail(request.ip);
        throw coded('CREDENTIALS_INVALID');
      }
      setCookie(reply, login.cookie, sessionSeconds, request.protocol === 'https');
      return answer(login.name);
    },
  });

  app.post('/logout', { config: { open: 'session' } }, async (request, reply) => {
    setCookie(reply, '', 0, request.protocol === 'https');
    return shown(null);
  });
};
