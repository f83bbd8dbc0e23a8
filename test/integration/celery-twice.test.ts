import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '#src/taskkit/index.js';
import { type Installation, openInstallation } from '../support/celery/installation.js';
import { celeryInstalled } from '../support/celery/python.js';
import { redisInstalled } from '../support/redis.mjs';

const step = (task: string, options: object = {}) => ({
  task,
  args: [],
  kwargs: {},
  options,
  subtask_type: null,
  immutable: false,
});

/** The end of a task, as its worker reports it. */
const ended = (id: string, origin: object, more: Partial<RunReport> = {}): RunReport => {
  const at = new Date();
  const run = {
    id,
    name: 'demo.add',
    queue: 'celery',
    args: {},
    worker: 'worker',
    retries: 0,
    at,
    enqueuedAt: at,
    startedAt: at,
  };
  return { type: 'succeeded', result: 3, origin: origin as RunReport['origin'], ...run, ...more };
};

describe.skipIf(!celeryInstalled || !redisInstalled)('The end of a task that is reported twice', () => {
  let site: Installation;
  let redis: Redis;
  let results: Redis;
  beforeAll(async () => {
    site = await openInstallation();
    redis = new Redis(site.brokerUrl);
    results = new Redis(site.resultUrl);
  });
  afterAll(async () => {
    redis.disconnect();
    results.disconnect();
    await site.close();
  });
  const sent = () => redis.llen('python');

  it('sends a Python step once, and one of ours under one id', async () => {
    const origin = { callbacks: [step('python.add')], chain: [step('demo.note'), step('demo.ids', { task_id: 'second' })] };
    await site.celery.report(ended('first', origin));
    await site.celery.report(ended('first', origin));
    expect(await sent()).toBe(1);
    const { children } = JSON.parse((await results.get('celery-task-meta-first'))!) as { children: [[string, null], null][] };
    expect(children).toHaveLength(2);
    const [waiting] = (await site.kit.broker.counts()).filter(({ queue }) => queue === 'celery');
    expect(waiting).toMatchObject({ waiting: 1 });
  });

  it('runs a chord’s body once, and counts a task once', async () => {
    const part = (index: number) => ({ group: 'group-1', groupIndex: index, chord: step('python.total', { task_id: 'body' }) });
    await results.set('celery-taskset-meta-group-1.s', 2);
    const before = await sent();
    await site.celery.report(ended('part-0', part(0)));
    await site.celery.report(ended('part-0', part(0), { result: 4 }));
    expect(await sent()).toBe(before);
    await site.celery.report(ended('part-1', part(1)));
    await site.celery.report(ended('part-1', part(1)));
    expect(await sent()).toBe(before + 1);
    const { body } = JSON.parse((await redis.lindex('python', 0))!) as { body: string };
    expect(JSON.parse(Buffer.from(body, 'base64').toString())[0]).toEqual([[4, 3]]);
  });

  it('calls an errback once', async () => {
    const before = await sent();
    const failed = ended(
      'failed',
      { errbacks: [step('python.note')] },
      { type: 'failed', error: { code: 'Error', message: 'no' } },
    );
    await site.celery.report(failed);
    await site.celery.report(failed);
    expect(await sent()).toBe(before + 1);
  });

  it('leaves a success as it is', async () => {
    await site.celery.report(ended('done', {}));
    await site.celery.report(ended('done', {}, { type: 'failed', error: { code: 'Error', message: 'no' } }));
    expect(JSON.parse((await results.get('celery-task-meta-done'))!)).toMatchObject({ status: 'SUCCESS', result: 3 });
  });

  it('tells whoever waits when what follows makes no sense', async () => {
    const origin = { chain: [{ ...step('celery.chord'), subtask_type: 'chord' }] };
    await site.celery.report(ended('senseless', origin));
    expect(JSON.parse((await results.get('celery-task-meta-senseless'))!)).toMatchObject({ status: 'FAILURE' });
    expect(site.kit.log.lines.join('\n')).toContain('What follows task [senseless]');
  });
});
