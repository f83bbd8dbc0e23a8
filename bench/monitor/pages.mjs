/** The monitor's pages, each as it is asked of its API, and the same the obvious way: one SQL query that says what is meant. */
import { rareWord, users, workers } from './history.mjs';

const pageSize = 50;
const runs = (where, order = 'enqueued_at DESC', offset = 0) =>
  `SELECT * FROM task_history WHERE ${where} ORDER BY ${order} LIMIT ${pageSize} OFFSET ${offset}`;
const tasks = (query, rest = '') => `/api/tasks?limit=${pageSize}&query=${encodeURIComponent(query)}${rest}`;
const text = "concat_ws(' ', args::text, result::text, error::text)";

const percentiles = (of) => `percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ${of})`;
const figures = `count(*) FILTER (WHERE state = 'SUCCESS'), count(*) FILTER (WHERE state = 'FAILURE'),
  count(*) FILTER (WHERE state = 'RETRY'), count(*) FILTER (WHERE state = 'REVOKED'),
  ${percentiles('runtime_ms')}, ${percentiles('started_at - enqueued_at')}`;
const since = (now, days) => `updated_at >= '${new Date(now.getTime() - days * 86_400_000).toISOString()}'`;
const trend = (now, days, step, where = 'true') =>
  `SELECT date_bin('${step}', updated_at, 'epoch') AS step, ${figures} FROM task_history WHERE ${since(now, days)} AND ${where} GROUP BY 1`;

/** Where its answers come from other values each time, `turn` counts the times. */
const pick = (values, turn) => values[(turn * 7) % values.length];
const someUser = (turn) => (turn * 7919 + 12) % users;

/**
 * @param given The tasks' names, ids of some runs, the time at which the history ends, how deep the deep page is, and its cursor.
 * @returns Pages: `path(turn)` of the API, and `queries(turn)`, the SQL of the obvious way.
 */
export const pages = ({ names, ids, now, depth, cursor }) => {
  const name = (turn) => pick(names, turn);
  const short = (turn) => name(turn).split('.').at(-1);
  const prefix = (turn) => pick(ids, turn).slice(0, 6);
  const kind = (window, days, step) => ({
    path: (turn) => `/api/task-names/${name(turn)}?window=${window}`,
    queries: (turn) => {
      const mine = `name = '${name(turn)}'`;
      return [
        `SELECT ${figures} FROM task_history WHERE ${since(now, days)} AND ${mine}`,
        trend(now, days, step, mine),
        `SELECT * FROM task_history WHERE ${since(now, days)} AND ${mine} ORDER BY runtime_ms DESC NULLS LAST LIMIT 10`,
        `SELECT error ->> 'code', count(*), max(updated_at) FROM task_history WHERE state = 'FAILURE' AND ${mine} GROUP BY 1 ORDER BY 2 DESC`,
      ];
    },
  });
  return {
    'no filter': { path: () => tasks(''), queries: () => [runs('true')] },
    state: { path: () => tasks('state:FAILURE'), queries: () => [runs("state = 'FAILURE'")] },
    name: { path: (turn) => tasks(`name:${short(turn)}`), queries: (turn) => [runs(`name = '${name(turn)}'`)] },
    queue: { path: () => tasks('queue:email'), queries: () => [runs("queue = 'email'")] },
    worker: {
      path: (turn) => tasks(`worker:${pick(workers, turn).split('@')[0]}@*`),
      queries: (turn) => [runs(`worker LIKE '${pick(workers, turn).split('@')[0]}@%'`)],
    },
    'time range': {
      path: () => tasks('since:10d until:9d'),
      queries: () => [
        runs(`${since(now, 10).replace('updated', 'enqueued')} AND NOT ${since(now, 9).replace('updated', 'enqueued')}`),
      ],
    },
    'beginning of an id': {
      path: (turn) => tasks(`id:${prefix(turn)}`),
      queries: (turn) => [runs(`id LIKE '${prefix(turn)}%'`)],
    },
    'word, common': { path: () => tasks('reminder'), queries: () => [runs(`${text} ILIKE '%reminder%'`)] },
    'word, of few runs': {
      path: (turn) => tasks(`user${someUser(turn)}`),
      queries: (turn) => [runs(`${text} ILIKE '%user${someUser(turn)}@%'`)],
    },
    'word in arguments, rare': {
      path: () => tasks(`args:${rareWord}`),
      queries: () => [runs(`args::text ILIKE '%${rareWord}%'`)],
    },
    'argument by name': {
      path: (turn) => tasks(`kwargs:userId=${someUser(turn)}`),
      queries: (turn) => [runs(`args ->> 'userId' = '${someUser(turn)}'`)],
    },
    'word in errors, of a task': {
      path: (turn) => tasks(`error:ECONNREFUSED name:${short(turn)}`),
      queries: (turn) => [runs(`error::text ILIKE '%ECONNREFUSED%' AND name = '${name(turn)}'`)],
    },
    'no such word': { path: () => tasks('nosuchword'), queries: () => [runs(`${text} ILIKE '%nosuchword%'`)] },
    'negated queue and state': {
      path: () => tasks('-queue:email -state:SUCCESS'),
      queries: () => [runs("queue <> 'email' AND state <> 'SUCCESS'")],
    },
    'negated word': {
      path: () => tasks('-result:sent'),
      queries: () => [runs("coalesce(result::text, '') NOT ILIKE '%sent%'")],
    },
    'slowest first': {
      path: () => tasks('', '&sort=-runtimeMs'),
      queries: () => [runs('true', 'runtime_ms DESC NULLS LAST')],
    },
    'slowest first, of a task': {
      path: (turn) => tasks(`name:${short(turn)}`, '&sort=-runtimeMs'),
      queries: (turn) => [runs(`name = '${name(turn)}'`, 'runtime_ms DESC NULLS LAST')],
    },
    'slowest first, of a word': {
      path: () => tasks('reminder', '&sort=-runtimeMs'),
      queries: () => [runs(`${text} ILIKE '%reminder%'`, 'runtime_ms DESC NULLS LAST')],
    },
    'by name': { path: () => tasks('', '&sort=name'), queries: () => [runs('true', 'name, enqueued_at')] },
    'deep page': {
      path: () => tasks('', `&cursor=${cursor}`),
      queries: () => [runs('true', 'enqueued_at DESC', depth)],
    },
    task: {
      path: (turn) => `/api/tasks/${pick(ids, turn)}`,
      queries: (turn) => [
        `SELECT * FROM task_history WHERE id = '${pick(ids, turn)}'`,
        `SELECT * FROM task_history WHERE name = (SELECT name FROM task_history WHERE id = '${pick(ids, turn)}') ORDER BY enqueued_at DESC LIMIT 11`,
      ],
    },
    'kinds, a day': {
      path: () => '/api/task-names?window=1d',
      queries: () => [`SELECT name, ${figures} FROM task_history WHERE ${since(now, 1)} GROUP BY name`],
    },
    'kinds, 7 days': {
      path: () => '/api/task-names?window=7d',
      queries: () => [`SELECT name, ${figures} FROM task_history WHERE ${since(now, 7)} GROUP BY name`],
    },
    'one kind, a day': kind('1d', 1, '15 minutes'),
    'one kind, 7 days': kind('7d', 7, '2 hours'),
    overview: {
      path: () => '/api/overview',
      queries: () => [
        `SELECT ${figures} FROM task_history WHERE ${since(now, 1 / 24)}`,
        trend(now, 1 / 24, '1 minute'),
        "SELECT * FROM task_history WHERE state = 'FAILURE' ORDER BY enqueued_at DESC LIMIT 10",
      ],
    },
    'throughput, 7 days': { path: () => '/api/throughput?window=7d', queries: () => [trend(now, 7, '2 hours')] },
  };
};
