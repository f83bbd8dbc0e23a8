import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { runsByStep } from '../../db/history/index.js';
import type { Snapshot, ThroughputAnswer } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { figuresOf, pointsOf, total, windowStart, windows } from './figures.js';
import type { Live } from './live.js';
import { windowQuery } from './schemas.js';

/** How the whole stands: now, live and over a time. */
export const overviewRoutes: FastifyPluginAsyncZod<{ context: MonitorContext; live: Live }> = async (app, { context, live }) => {
  const { db, clock } = context;

  app.get('/overview', async (): Promise<Snapshot> => live.current());

  // HEAD would open a stream that nobody reads and nobody closes.
  app.get('/events', { exposeHeadRoute: false }, async (_request, reply) => {
    const stream = await live.open();
    return reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }).send(stream);
  });

  app.get('/throughput', { schema: { querystring: windowQuery } }, async (request): Promise<ThroughputAnswer> => {
    const { window } = request.query;
    const now = clock();
    const { stepMs } = windows[window];
    const runs = await runsByStep(db, { from: windowStart(window, now), stepMs, now });
    return { window, stepMs, total: figuresOf(total(runs)), points: pointsOf(runs, window, now) };
  });
};
