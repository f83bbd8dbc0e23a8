/**
 * A worker process of the benchmark. Told what to do by its first message; tells its parent of `ready`, of each `start` where
 * that is asked for, and of `done` with the rate between the first and the last twentieth.
 */
import { once } from 'node:events';
import { monotonic } from '../support/statistics.mjs';
import { sides } from './sides.mjs';

const megabytes = () => process.memoryUsage.rss() / 2 ** 20;

const [{ side, url, tasks, options, tellStarts }] = await once(process, 'message');
const [first, last] = [Math.ceil(tasks * 0.05), Math.floor(tasks * 0.95)];
let count = 0;
let slopeFrom = 0;
let slopeTo = 0;
let rssBefore = 0;
let rssPeak = 0;

const stop = await sides[side].consume(url, options, () => {
  count++;
  if (tellStarts) process.send({ type: 'start', at: monotonic() });
  if (count === first) {
    slopeFrom = monotonic();
    rssBefore = megabytes();
  }
  if (count === last) slopeTo = monotonic();
  if (count % 1000 === 0) rssPeak = Math.max(rssPeak, megabytes());
  if (count === tasks) {
    const rate = (last - first) / ((slopeTo - slopeFrom) / 1000);
    process.send({ type: 'done', rate, rssBefore, rssPeak, rssAfter: megabytes() });
  }
});
process.send({ type: 'ready' });
await once(process, 'disconnect');
await stop();
