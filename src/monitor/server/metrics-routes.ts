import type { FastifyPluginAsync } from 'fastify';
import { followEndedRuns } from '../../db/history/index.js';
import type { MonitorContext } from './context.js';
import type { Live } from './live.js';
import { createMetrics } from './metrics.js';
import { scheduleRows } from './schedule-rows.js';

/** Figures for Prometheus. */
export const metricsRoutes: FastifyPluginAsync<{ context: MonitorContext; live: Live }> = async (app, { context, live }) => {
  const { db, clock, log } = context;
  const metrics = createMetrics();
  const follow = followEndedRuns(db, clock());

  app.get('/metrics', async (_request, reply) => {
    const [snapshot, schedule] = await Promise.all([
      live.current(),
      // The rest is told all the same when the database is away, and that it is.
      Promise.all([scheduleRows(context), follow(clock(), metrics.count)]).then(
        ([entries]) => entries.map(({ row }) => row),
        (error: Error) => {
          log.warn({}, `The metrics lack what the database knows: ${error.message}`);
          return [];
        },
      ),
    ]);
    return reply.type(metrics.contentType).send(await metrics.write(snapshot, schedule));
  });
};
