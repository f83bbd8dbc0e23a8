import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { createControlChannel } from '#src/db/control.js';
import { createHistory, type History } from '#src/db/history/index.js';
import { startHeartbeat } from '#src/db/workers.js';
import { buildMonitor } from '#src/monitor/index.js';
import { resolveSettings, type Settings } from '#src/settings.js';
import { createLocalStorage } from '#src/storage.js';
import { type Broker, type Entry, type Handler, type RunningWorker, serveControl } from '#src/taskkit/index.js';
import { type BrokerKind, openKit } from './kit.js';

/** What every action of the monitor's own pages is sent with. */
export const actionHeaders = { 'x-requested-with': 'journeyman', 'content-type': 'application/json' };

export interface MonitorGiven {
  settings?: Record<string, string>;
  schedule?: Entry[];
}

/** The monitor on a broker and a database of its own, with workers beside it. */
export async function openMonitor(kind: BrokerKind, { settings: given = {}, schedule = [] }: MonitorGiven = {}) {
  const kit = await openKit(kind);
  const folder = await mkdtemp(path.join(tmpdir(), 'journeyman-monitor-'));
  const { db, url: databaseUrl } = kit.database;
  const open: FastifyInstance[] = [];
  const histories: History[] = [];
  const stops: (() => Promise<void>)[] = [];
  let clock = () => new Date();

  /** Another one, with other settings or on another broker. */
  const build = async (changed: Record<string, string> = given, broker: Broker = kit.broker) => {
    const context = {
      settings: settingsOf(folder, changed),
      log: kit.log as never,
      db,
      databaseUrl,
      storage: createLocalStorage(path.join(folder, 'storage')),
      broker,
      queues: ['celery', 'email'],
      schedule,
      version: '1.2.3',
      clock: () => clock(),
    };
    const app = await buildMonitor(context, path.join(folder, 'web'));
    open.push(app);
    return app;
  };
  const app = await build();

  return {
    ...kit,
    folder,
    app,
    build,
    setClock: (changed: () => Date) => {
      clock = changed;
    },
    get: (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers }),
    post: (url: string, payload: object = {}, headers: Record<string, string> = {}) =>
      app.inject({ method: 'POST', url, payload, headers: { ...actionHeaders, ...headers } }),
    /** A worker with its history, heartbeat and commands, as `journeyman worker` starts it. */
    async startFullWorker(
      handlers: Handler[],
      { name = 'worker', queues = ['celery'] } = {},
    ): Promise<RunningWorker & { flush(): Promise<void> }> {
      const history = createHistory(db, { log: kit.log });
      histories.push(history);
      const worker = await kit.startWorker(handlers, { name, queues, observe: (event) => history.observe(event) });
      const controlled = {
        worker,
        broker: kit.broker,
        conf: { CELERY_TIMEZONE: 'UTC' },
        shutdown: () => undefined,
        log: kit.log,
      };
      stops.push(await serveControl(createControlChannel(db, databaseUrl, kit.log), controlled));
      stops.push(await startHeartbeat(db, worker, kit.log));
      return Object.assign(worker, { flush: () => history.flush() });
    },
    close: async () => {
      await Promise.all(open.map((one) => one.close()));
      for (const stop of stops) await stop();
      await Promise.all(histories.map((history) => history.close()));
      await kit.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type OpenMonitor = Awaited<ReturnType<typeof openMonitor>>;

const settingsOf = (folder: string, given: Record<string, string>): Settings =>
  resolveSettings({ env: { STATE_DIR: folder, SECRET_KEY: 'k'.repeat(32), ...given } });

/** An answer's JSON; throws with what it says when it is an error. */
export function bodyOf<T>(answer: LightMyRequestResponse): T {
  if (answer.statusCode >= 400) throw new Error(`${answer.statusCode} ${answer.body}`);
  return answer.json() as T;
}
