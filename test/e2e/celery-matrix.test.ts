import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, openInstallation } from '../support/celery/installation.js';
import {
  celeryInstalled,
  type PythonClient,
  type PythonWorker,
  startClient,
  startPythonWorker,
} from '../support/celery/python.js';
import { redisInstalled, startRedis, type TestRedis } from '../support/redis.mjs';

interface Seen {
  outcome: unknown;
  results: Record<string, { status: string; result: unknown; traceback: boolean }[]>;
  sets: string[];
}

const later = 'from datetime import datetime, timedelta, timezone\n';

/** What a Python program calls, with how many tasks it leads to that no result names. */
const calls: [string, string, number?][] = [
  ['positional arguments', 'add.delay(1, 2)'],
  ['keyword arguments', 'add.delay(a=1, b=2)'],
  ['both, and defaults', 'ids.delay(7)'],
  ['send_task', 'app.send_task("demo.add", [1], {"b": 2})'],
  ['a signature', 'signature("demo.add", args=(1, 2)).delay()'],
  [
    'values of every kind',
    'echo.delay({"text": "naïve “quotes” \\n\\\\ 😀", "list": [1, -2.5, 1e-7, None, True, [], {}], "": 0})',
  ],
  [
    'dates, times, decimals and UUIDs',
    'import datetime, decimal, uuid\necho.delay([datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5, 678), decimal.Decimal("1.10"), uuid.UUID(int=5)])',
  ],
  ['null', 'echo.delay(None)'],
  ['a given id', 'add.apply_async((1, 2), task_id="order:17")'],
  ['countdown', 'add.apply_async((1, 2), countdown=0.3)'],
  [
    'eta with a time zone',
    `${later}add.apply_async((1, 2), eta=datetime.now(timezone(timedelta(hours=5))) + timedelta(seconds=0.3))`,
  ],
  ['expires, in time', 'add.apply_async((1, 2), expires=60)'],
  ['expires, too late', `${later}add.apply_async((1, 2), expires=datetime.now(timezone.utc) - timedelta(seconds=5))`],
  ['priority', 'add.apply_async((1, 2), priority=9)'],
  ['gzip', 'add.apply_async((1, 2), compression="gzip")'],
  ['zlib', 'add.apply_async((1, 2), compression="zlib")'],
  ['protocol 1', 'app.conf.task_protocol = 1; r = app.send_task("demo.add", [1, 2]); app.conf.task_protocol = 2; r'],
  ['a failure', 'fail.delay("too long")'],
  ['a task that nobody has', 'app.send_task("demo.nowhere")'],
  ['wrong arguments', 'app.send_task("demo.ids")'],
  ['retries', 'recover.delay(2)'],
  ['progress', 'report.delay(1)'],
  ['the soft time limit', 'slow.apply_async((9,), soft_time_limit=1)'],
  ['the time limit', 'slow.apply_async((9,), time_limit=1)'],
  ['link', 'add.apply_async((1, 2), link=add.s(10))'],
  ['several links', 'add.apply_async((1, 2), link=[add.s(10), add.s(20)])'],
  ['an immutable link', 'add.apply_async((1, 2), link=add.si(10, 20))'],
  ['a link of a link', 'add.apply_async((1, 2), link=add.s(10).on_error(note.s()) | add.s(100))'],
  ['link of a failure', 'fail.apply_async(link=add.s(10))'],
  ['link_error', 'fail.apply_async(link_error=echo.s())', 1],
  ['an immutable link_error', 'fail.apply_async(link_error=echo.si(5))', 1],
  ['chain', 'chain(add.s(1, 2), add.s(10), add.s(100)).apply_async()'],
  ['chain by |', '(add.s(1, 2) | add.s(10)).delay()'],
  ['chain with an immutable step', 'chain(add.s(1, 2), add.si(10, 20), add.s(b=5)).apply_async()'],
  ['chain with options', 'chain(add.s(1, 2), add.s(10).set(countdown=0.2, priority=3)).apply_async()'],
  ['chain that fails', 'chain(add.s(1, 2), fail.si("at two"), add.s(1), add.s(2)).apply_async()'],
  ['chain that fails with link_error', 'chain(add.s(1, 2), fail.si("at two"), add.s(1)).apply_async(link_error=echo.s())', 1],
  ['chain with link', 'chain(add.s(1, 2), add.s(10)).apply_async(link=add.s(100))'],
  ['chain of chains', 'chain(chain(add.s(1, 2), add.s(3)), chain(add.s(4), add.s(5))).apply_async()'],
  ['group', 'group(add.s(1, 1), add.s(2, 2), add.s(3, 3)).apply_async()'],
  ['group of one', 'group(add.s(1, 1)).apply_async()'],
  ['group that is saved', 'g = group(add.s(1, 1), add.s(2, 2)).apply_async(); g.save(); g'],
  ['group with a failure', 'group(add.s(1, 1), fail.s("in a group")).apply_async()'],
  ['group of chains', 'group(chain(add.s(1, 1), add.s(1)), chain(add.s(2, 2), add.s(2))).apply_async()'],
  ['group at a chain’s end', 'chain(add.s(1, 1), group(add.s(2), add.s(3))).apply_async()'],
  ['chord', 'chord([add.s(1, 1), add.s(2, 2)])(total.s())'],
  ['chord of one', 'chord([add.s(1, 1)])(total.s())'],
  ['chord with an immutable body', 'chord([add.s(1, 1), add.s(2, 2)])(add.si(5, 6))'],
  ['chord that fails', 'chord([add.s(1, 1), fail.s("in a chord")])(total.s())'],
  ['chord that fails with link_error', 'chord([add.s(1, 1), fail.s("in a chord")])(total.s().on_error(echo.s()))', 1],
  ['chord of chains', 'chord([chain(add.s(1, 1), add.s(1)), add.s(2, 2)])(total.s())'],
  ['chord in a chain', 'chain(add.s(1, 1), group(add.s(2), add.s(3)), total.s()).apply_async()'],
  ['chord in a chain that goes on', 'chain(add.s(1, 1), group(add.s(2), add.s(3)), total.s(), add.s(100)).apply_async()'],
  [
    'chord after a chord',
    'chain(group(add.s(1, 1), add.s(2, 2)), total.s(), group(add.s(1), add.s(2)), total.s()).apply_async()',
  ],
  ['chunks', 'add.chunks([(1, 1), (2, 2), (3, 3)], 2)()'],
  ['starmap', 'add.starmap([(1, 1), (2, 2)]).delay()'],
  ['map', 'total.map([[1, 2], [3]]).delay()'],
];

describe.skipIf(!celeryInstalled || !redisInstalled)('A Python caller sees of our workers what it sees of Celery’s', () => {
  let ours: Installation;
  let celery: { redis: TestRedis; python: PythonClient; worker: PythonWorker };

  beforeAll(async () => {
    ours = await openInstallation();
    await ours.startWorker();
    await ours.startBridge();
    const redis = await startRedis();
    const settings = { broker_url: redis.url, result_backend: redis.url.replace(/\/0$/, '/1') };
    // Only a pool of processes keeps time limits.
    const worker = await startPythonWorker(settings, ['celery'], ['-P', 'prefork', '-c', '2']);
    celery = { redis, python: await startClient(settings), worker };
    for (const { python } of [ours, celery]) await python.run('from observe import observe');
  });
  afterAll(async () => {
    await celery.python.close();
    await celery.worker.stop();
    await celery.redis.stop();
    await ours.close();
  });

  async function seenBy(python: PythonClient, code: string, others: number): Promise<Seen> {
    await python.run('app.backend.client.flushdb()');
    const lines = code.split('\n');
    const call = lines.pop()!.split('; ');
    const last = call.pop();
    return (await python.run([...lines, ...call, `observe(${last}, ${others})`].join('\n'))) as Seen;
  }

  it.each(calls)('%s', async (_, code, others = 0) => {
    const [seen, expected] = await Promise.all([seenBy(ours.python, code, others), seenBy(celery.python, code, others)]);
    expect(seen).toEqual(expected);
  });
});
