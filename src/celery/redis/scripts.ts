import type { Redis } from 'ioredis';

/**
 * Takes messages from lists into `unacked`, in one step, so that none is ever nowhere: a bridge that dies leaves them where
 * it and Celery's own workers put them back from. What is not a JSON object is put aside at once, since a Python worker that
 * restores it would die of it.
 *
 * KEYS unacked, unacked_index, malformed, its count, the lists; ARGV limit, time in seconds, what the tags begin with, the
 * most malformed messages that are kept, the lists' queues. Returns tag, queue and message of each, one after the other; those
 * that were put aside have an empty tag.
 */
const take = `
local taken, held, scores = {}, {}, {}
local left = tonumber(ARGV[1])
for i = 5, #KEYS do
  while left > 0 do
    local raw = redis.call('RPOP', KEYS[i])
    if not raw then break end
    left = left - 1
    local queue = ARGV[i]
    local ok, message = pcall(cjson.decode, raw)
    local tag = ''
    if ok and type(message) == 'table' then
      tag = ARGV[3] .. left
      held[#held + 1] = tag
      held[#held + 1] = '[' .. raw .. ',"",' .. cjson.encode(queue) .. ']'
      scores[#scores + 1] = ARGV[2]
      scores[#scores + 1] = tag
    else
      redis.call('LPUSH', KEYS[3], cjson.encode({queue = queue, at = tonumber(ARGV[2]), reason = 'it is not JSON', message = raw}))
      redis.call('LTRIM', KEYS[3], 0, ARGV[4] - 1)
      redis.call('INCR', KEYS[4])
    end
    taken[#taken + 1] = tag
    taken[#taken + 1] = queue
    taken[#taken + 1] = raw
  end
end
if #held > 0 then
  redis.call('HSET', KEYS[1], unpack(held))
  redis.call('ZADD', KEYS[2], unpack(scores))
end
return taken`;

/**
 * Moves a message from `unacked` to a list, unless somebody else has done so before.
 * KEYS unacked, unacked_index, the list; ARGV tag, message, 'LPUSH' or 'RPUSH', the most that the list may hold or 0.
 */
const moveOn = `
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call(ARGV[3], KEYS[3], ARGV[2])
if ARGV[4] ~= '0' then redis.call('LTRIM', KEYS[3], 0, ARGV[4] - 1) end
return 1`;

/** Sends messages once. KEYS the mark that they have been sent, the lists; ARGV the mark's seconds, the messages. */
const sendOnce = `
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1]) then return 0 end
for i = 2, #KEYS do redis.call('LPUSH', KEYS[i], ARGV[i]) end
return 1`;

/**
 * Stores a result and tells those who wait for it, unless the task has succeeded before: SUCCESS is final.
 * KEYS the result; ARGV seconds it is kept, the result, the channel.
 */
const storeResult = `
local old = redis.call('GET', KEYS[1])
if old then
  local ok, meta = pcall(cjson.decode, old)
  if ok and meta.status == 'SUCCESS' then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[1])
redis.call('PUBLISH', KEYS[1], ARGV[2])
return 1`;

/**
 * Notes the end of a chord's task. Returns how many have ended and how many there are; the size is false for a chord that has
 * been completed.
 * KEYS the ends, the size, what was added to the size; ARGV place, end, seconds they are kept, the task's id.
 */
const endPart = `
local known = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])
for i = 1, #known do
  local ok, member = pcall(cjson.decode, known[i])
  if ok and member[2] == ARGV[4] then redis.call('ZREM', KEYS[1], known[i]) end
end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
for i = 1, 3 do redis.call('EXPIRE', KEYS[i], ARGV[3]) end
local size = redis.call('GET', KEYS[2])
if not size then return {redis.call('ZCARD', KEYS[1]), -1} end
return {redis.call('ZCARD', KEYS[1]), size + (redis.call('GET', KEYS[3]) or 0)}`;

/** Gives a lock back. KEYS the lock; ARGV the token it was taken with. */
const unlock = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

type Argument = string | number;

/** The scripts as commands of a connection. Those with a changing number of keys take it first. */
export interface Scripts {
  celeryTake(...args: Argument[]): Promise<string[]>;
  celeryMoveOn(...args: Argument[]): Promise<number>;
  celerySendOnce(...args: Argument[]): Promise<number>;
  celeryStoreResult(...args: Argument[]): Promise<number>;
  celeryEndPart(...args: Argument[]): Promise<[number, number]>;
  celeryUnlock(...args: Argument[]): Promise<number>;
}

export function addScripts(redis: Redis): Redis & Scripts {
  redis.defineCommand('celeryTake', { lua: take });
  redis.defineCommand('celeryMoveOn', { lua: moveOn, numberOfKeys: 3 });
  redis.defineCommand('celerySendOnce', { lua: sendOnce });
  redis.defineCommand('celeryStoreResult', { lua: storeResult, numberOfKeys: 1 });
  redis.defineCommand('celeryEndPart', { lua: endPart, numberOfKeys: 3 });
  redis.defineCommand('celeryUnlock', { lua: unlock, numberOfKeys: 1 });
  return redis as Redis & Scripts;
}
