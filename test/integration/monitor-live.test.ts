import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLive } from '#src/monitor/server/live.js';
import type { Snapshot } from '#src/monitor/types/index.js';
import { type Broker, createBroker } from '#src/taskkit/index.js';
import { failure } from '../support/api.js';
import { openEvents } from '../support/event-stream.js';
import { brokerKinds, memoryLog, until } from '../support/kit.js';
import { bodyOf, type OpenMonitor, openMonitor } from '../support/monitor-server.js';

describe.each(brokerKinds)('the live monitor on %s', (kind) => {
  let monitor: OpenMonitor;
  beforeAll(async () => {
    monitor = await openMonitor(kind);
  });
  afterAll(() => monitor.close());

  it('asks the broker as often for ten tabs as for one, and not at all for none', async () => {
    let asked = 0;
    const counting: Broker = {
      ...monitor.broker,
      counts: () => {
        asked += 1;
        return monitor.broker.counts();
      },
    };
    const app = await monitor.build({}, counting);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/events`;
    expect(asked).toBe(0);
    const tabs = await Promise.all(Array.from({ length: 10 }, () => openEvents(url, {})));
    const snapshots = () => tabs.map((tab) => tab.events.filter(({ event }) => event === 'snapshot').length);
    await until(() => snapshots().every((count) => count >= 3));
    const most = Math.max(...snapshots());
    expect(asked).toBeLessThanOrEqual(most + 1);
    const [first] = tabs[0]!.events;
    expect(first!.data as Snapshot).toMatchObject({ services: { database: null, broker: null }, minutes: { length: 60 } });
    await Promise.all(tabs.map((tab) => tab.close()));
    await app.close();
  });
});

describe('the stream of snapshots', () => {
  it('is not opened by a HEAD request, of which nobody would read it', async () => {
    const monitor = await openMonitor('postgres');
    const answer = await monitor.app.inject({ method: 'HEAD', url: '/api/events' });
    expect(answer.statusCode).toBe(404);
    await monitor.close();
  });

  it('ends after a while, so that a login that has ended sees no more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const live = createLive(async () => ({}) as Snapshot, memoryLog());
      const stream = await live.open();
      const ended = new Promise((resolve) => stream.once('end', resolve));
      stream.resume();
      await vi.advanceTimersByTimeAsync(4 * 60_000);
      expect(stream.readableEnded).toBe(false);
      await vi.advanceTimersByTimeAsync(61_000);
      await ended;
      await live.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('is refused when too many are open, and a closed one makes room', async () => {
    const live = createLive(async () => ({}) as Snapshot, memoryLog());
    const streams = await Promise.all(Array.from({ length: 200 }, () => live.open()));
    await expect(live.open()).rejects.toMatchObject({ code: 'STREAMS_EXHAUSTED' });
    const closed = new Promise((resolve) => streams[0]!.once('close', resolve));
    streams[0]!.destroy();
    await closed;
    await live.open();
    await live.close();
  });

  it('holds no room when the first snapshot fails', async () => {
    let fails = true;
    const live = createLive(async () => {
      if (fails) throw new Error('broken');
      return {} as Snapshot;
    }, memoryLog());
    for (let attempt = 0; attempt < 200; attempt++) await expect(live.open()).rejects.toThrow('broken');
    fails = false;
    await live.open();
    await live.close();
  });
});

describe('the monitor while a service is away', () => {
  let monitor: OpenMonitor;
  beforeAll(async () => {
    monitor = await openMonitor('postgres');
  });
  afterAll(() => monitor.close());

  it('says that the broker is away, and shows the rest', async () => {
    const away = createBroker('redis://127.0.0.1:1/0', { resultExpires: 60 });
    const app = await monitor.build({}, away);
    const snapshot = bodyOf<Snapshot>(await app.inject('/api/overview'));
    expect(snapshot.services).toEqual({ database: null, broker: expect.stringMatching(/^The broker does not answer/) });
    expect(snapshot.problems).toContainEqual(expect.objectContaining({ kind: 'service', severity: 'error' }));
    expect(failure(await app.inject('/api/queues'))).toEqual([503, 'BROKER_UNREACHABLE']);
    expect((await app.inject('/api/tasks')).statusCode).toBe(200);
    expect((await app.inject('/metrics')).body).toContain('journeyman_service_up{service="broker"} 0');
    await away.close();
  });

  it('says that the database is away, and recovers', async () => {
    const { db } = monitor.database;
    await db.schema.alterTable('workers').renameTo('workers_away').execute();
    const snapshot = bodyOf<Snapshot>(await (await monitor.build()).inject('/api/overview'));
    expect(snapshot.services.database).toMatch(/^The database does not answer/);
    await db.schema.alterTable('workers_away').renameTo('workers').execute();
    expect(bodyOf<Snapshot>(await (await monitor.build()).inject('/api/overview')).services.database).toBeNull();
  });
});
