import { demoHandlers } from './demo-tasks.js';
import { openInstallation } from './installation.js';

/** What our process is called among Celery's workers. */
const nodeName = 'ours@test';

/** A worker of ours with a bridge, as one of Celery's workers. It answers and tells once it serves. */
export async function openNode() {
  const site = await openInstallation();
  const node = site.celery.createNode({ name: nodeName, version: '1.2.3' });
  const worker = await site.kit.startWorker(demoHandlers(site.noted), {
    name: nodeName,
    report: site.celery.report,
    observe: node.observe,
  });
  const bridge = await site.celery.startBridge({ node });
  let shutdowns = 0;
  let stop: (() => Promise<void>) | undefined;
  const stopServing = async () => {
    await stop?.();
    stop = undefined;
  };
  return {
    site,
    worker,
    bridge,
    /** How often it was told to shut down. */
    shutdowns: () => shutdowns,
    serve() {
      const conf = { CELERY_TASK_DEFAULT_QUEUE: 'celery' };
      stop = node.serve({ worker, bridge, broker: site.kit.broker, conf, shutdown: () => void shutdowns++ });
    },
    stopServing,
    async close() {
      await stopServing();
      await bridge.stop();
      await site.close();
    },
  };
}

export type TestNode = Awaited<ReturnType<typeof openNode>>;
