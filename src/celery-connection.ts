import type { App } from './app.js';
import { type Celery, connectCelery, defaultTransport, type Routing } from './celery/index.js';
import { coded } from './errors.js';
import { secretKey } from './secret-key.js';
import type { Settings } from './settings.js';
import { createSealer, type Reporter } from './taskkit/index.js';

const isRedis = (url: string | undefined): url is string => /^rediss?:/.test(url ?? '');

const namesIn = (list: string) =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

function transportOf({ celeryTransportOptions: given }: Settings) {
  return {
    globalKeyprefix: given.global_keyprefix ?? defaultTransport.globalKeyprefix,
    sep: given.sep ?? defaultTransport.sep,
    prioritySteps: given.priority_steps ?? defaultTransport.prioritySteps,
    visibilityTimeout: given.visibility_timeout ?? defaultTransport.visibilityTimeout,
  };
}

/** Where tasks live, by the settings. */
export const routingOf = (settings: Settings): Routing => ({
  routes: settings.taskRoutes,
  defaultQueue: settings.taskDefaultQueue,
  bridgeQueues: namesIn(settings.celeryBridgeQueues),
  pythonQueues: namesIn(settings.celeryBridgePythonQueues ?? ''),
});

/** The Celery installation that the settings name; undefined where there is none. Connects when it is first used. */
export function openCelery({ settings, broker, log }: Pick<App, 'settings' | 'broker' | 'log'>): Celery | undefined {
  const brokerUrl = settings.celeryBridgeUrl ?? settings.brokerUrl;
  if (!isRedis(brokerUrl)) return undefined;
  return connectCelery({
    brokerUrl,
    resultUrl: settings.celeryBridgeResultUrl ?? brokerUrl,
    transport: transportOf(settings),
    resultKeyprefix: settings.celeryResultTransportOptions.global_keyprefix ?? '',
    resultExpires: settings.resultExpires,
    trackStarted: settings.celeryTrackStarted,
    routing: routingOf(settings),
    sealer: createSealer(secretKey(settings)),
    enqueue: (messages) => broker.enqueue(messages),
    log,
  });
}

/** What a worker without Celery does with tasks that came from there: it runs them, and nobody gets their results. */
export const reportToNobody =
  (log: App['log']): Reporter =>
  async ({ type, id, name }) => {
    if (type === 'started')
      log.warn({ id, name }, `Task ${name}[${id}] came from Celery, which is told nothing: set CELERY_BRIDGE_URL`);
  };

/** As `openCelery`, for those that need one. Throws COMMAND_FAILED where there is none. */
export function requireCelery(app: Pick<App, 'settings' | 'broker' | 'log'>): Celery {
  const celery = openCelery(app);
  if (celery) return celery;
  throw coded('COMMAND_FAILED', { reason: 'There is no Celery to work with: set CELERY_BRIDGE_URL to the Redis that it uses.' });
}
