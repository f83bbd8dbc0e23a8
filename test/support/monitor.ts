import type { Browser } from 'playwright-core';
import { createOutbox } from '#src/db/outbox.js';
import { connect, createBroker, createSealer } from '#src/taskkit/index.js';
import { openPage, startBrowser } from './browser.js';
import { type BrokerKind, memoryLog } from './kit.js';
import { openPlatform } from './platform.js';

/** The platform with its monitor and a browser; this process can enqueue tasks, too. */
export async function openMonitored(kind: BrokerKind, ...flags: string[]) {
  const platform = await openPlatform(kind);
  const monitor = await platform.startMonitor(...flags);
  const browser: Browser = await startBrowser();
  const url = platform.redis?.url ?? platform.database.url;
  const broker = createBroker(url, { resultExpires: 3600 });
  const outbox = createOutbox(platform.database.db, platform.database.url);
  const sealer = createSealer('a secret key of the tests, of 32 characters or more');
  connect({ broker, outbox, routes: {}, defaultQueue: 'celery', log: memoryLog(), sealer, handlers: [] });
  return {
    ...platform,
    broker,
    browser,
    monitor,
    /** Opens a page of the monitor by its path. */
    async visit(path: string, options: Parameters<typeof openPage>[1] = {}) {
      const page = await openPage(browser, options);
      await page.goto(`${monitor.address}/${path}`);
      return page;
    },
    async close() {
      await browser.close();
      connect(undefined);
      await broker.close();
      await platform.close();
    },
  };
}

export type Monitored = Awaited<ReturnType<typeof openMonitored>>;
