import { connectCelery, defaultTransport, type TransportOptions } from '#src/celery/index.js';
import { type BrokerKind, openKit } from '../kit.js';
import { startRedis } from '../redis.mjs';
import { demoHandlers } from './demo-tasks.js';
import { type CelerySettings, startClient, startPythonWorker } from './python.js';

interface Choice {
  /** What our own broker is. Default: Redis. */
  kind?: BrokerKind;
  transport?: Partial<TransportOptions>;
  /** More of Celery's settings. */
  settings?: CelerySettings;
  trackStarted?: boolean;
  routes?: Record<string, string>;
  /** Celery's Redis. Default: one of its own, its databases 0 and 1. */
  urls?: { broker: string; results: string };
}

/** Celery's Redis with a Python client, and our broker, worker and bridge beside it. */
export async function openInstallation({
  kind = 'redis',
  transport,
  settings = {},
  trackStarted = false,
  routes,
  urls,
}: Choice = {}) {
  const redis = await startRedis();
  const brokerUrl = urls?.broker ?? redis.url;
  const resultUrl = urls?.results ?? redis.url.replace(/\/0$/, '/1');
  const kit = await openKit(kind);
  const celerySettings = { broker_url: brokerUrl, result_backend: resultUrl, ...settings };
  const noted: string[] = [];
  const connect = () =>
    connectCelery({
      brokerUrl,
      resultUrl,
      transport: { ...defaultTransport, ...transport },
      resultKeyprefix: '',
      resultExpires: 3600,
      trackStarted,
      routing: {
        routes: routes ?? { 'python.*': 'python' },
        defaultQueue: 'celery',
        bridgeQueues: ['celery', 'resumes'],
        pythonQueues: ['python'],
      },
      sealer: kit.sealer,
      enqueue: (messages) => kit.broker.enqueue(messages),
      log: kit.log,
    });
  const celery = connect();
  const closers: (() => Promise<unknown>)[] = [];
  const python = await startClient(celerySettings);
  return {
    kit,
    redis,
    brokerUrl,
    resultUrl,
    celery,
    celerySettings,
    noted,
    python,
    connect,
    async startWorker() {
      const worker = await kit.startWorker(demoHandlers(noted), { report: celery.report });
      return worker;
    },
    async startBridge() {
      const bridge = await celery.startBridge();
      closers.push(() => bridge.stop());
      return bridge;
    },
    async startPythonWorker(queues = ['python'], args: string[] = []) {
      const worker = await startPythonWorker(celerySettings, queues, args);
      closers.push(() => worker.stop());
      return worker;
    },
    async close() {
      await python.close();
      for (const close of closers.reverse()) await close();
      await kit.close();
      await celery.close();
      await redis.stop();
    },
  };
}

export type Installation = Awaited<ReturnType<typeof openInstallation>>;
