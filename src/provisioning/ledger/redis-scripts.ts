import { hash } from 'node:crypto';
import { KEY_LIFETIME_MS, LEASE_MS, RESERVED_MS } from '../ports.ts';

/** Begun purchases read at once, so that Redis does nothing else for a few milliseconds at the most. */
const LOOKED_AT = 1_000;

/**
 * The ledger's steps as scripts, which Redis runs one after the other and each as a whole. Arguments of all:
 * prefix, time in milliseconds or '' for the server's, then what the step needs. Records:
 * - `<prefix>:key:<key id>`, a hash: scope, fingerprint, expiresAt, holdId, leaseUntil, e164, sid, begunAt,
 *   status, headers, body. `holdId` is empty once it is answered or let go.
 * - `<prefix>:number:<e164>`, a hash: the key that has it, and until when others are kept away.
 * - `<prefix>:unfinished`, a sorted set: keys with a purchase that was begun and neither finished nor given up.
 * The names are put together in here, which Redis allows where all of them lie on one node.
 */
const COMMON = `
local prefix = ARGV[1]
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('time')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local unfinished = prefix .. ':unfinished'
local function keyName(id) return prefix .. ':key:' .. id end
local function numberName(e164) return prefix .. ':number:' .. e164 end

-- The key, as long as it lives: it is not 24 h old, or somebody is at work under it.
local function find(id)
  local row = redis.call('hmget', keyName(id), 'fingerprint', 'expiresAt', 'holdId', 'leaseUntil', 'e164', 'sid', 'status')
  if not row[1] then return nil end
  local key = {
    id = id, fingerprint = row[1], expiresAt = tonumber(row[2]), holdId = row[3], leaseUntil = tonumber(row[4]),
    e164 = row[5] or '', sid = row[6] or '', status = row[7],
  }
  if now >= math.max(key.expiresAt, key.leaseUntil) then return nil end
  return key
end

-- Past RESERVED_MS its number may be another key's: whoever slept that long must not go on.
local function inHands(id, holdId)
  local key = find(id)
  if key and key.holdId == holdId and now < key.leaseUntil + ${RESERVED_MS} then return key end
  return nil
end

local function has(key, e164)
  return redis.call('hget', numberName(e164), 'owner') == key.id
end

-- Records stay as long as the key lives; that of a number follows the key's lease.
local function keep(key)
  local lives = math.max(key.expiresAt, key.leaseUntil)
  redis.call('pexpire', keyName(key.id), lives - now)
  if key.e164 ~= '' and has(key, key.e164) then
    local reserved = math.min(key.leaseUntil + ${RESERVED_MS}, lives)
    redis.call('hset', numberName(key.e164), 'reservedUntil', string.format('%.0f', reserved))
    redis.call('pexpire', numberName(key.e164), lives - now)
  end
end

local function lease(key, leaseUntil)
  key.leaseUntil = leaseUntil
  redis.call('hset', keyName(key.id), 'leaseUntil', string.format('%.0f', leaseUntil))
  keep(key)
end

local function free(key)
  if key.e164 ~= '' and has(key, key.e164) then redis.call('del', numberName(key.e164)) end
end
`;

/** Key id, fingerprint, hold id, caller, method, path, key -> kind and what belongs to it. */
const CLAIM = `
local id, fingerprint, holdId = ARGV[3], ARGV[4], ARGV[5]
local key = find(id)
if not key then
  redis.call('del', keyName(id))
  redis.call('zrem', unfinished, id)
  key = { id = id, expiresAt = now + ${KEY_LIFETIME_MS}, e164 = '' }
  redis.call('hset', keyName(id), 'fingerprint', fingerprint, 'expiresAt', string.format('%.0f', key.expiresAt),
    'holdId', holdId, 'caller', ARGV[6], 'method', ARGV[7], 'path', ARGV[8], 'key', ARGV[9])
  lease(key, now + ${LEASE_MS})
  return { 'held', '0', '', '' }
end
if key.fingerprint ~= fingerprint then return { 'otherBody' } end
if key.status then
  local answer = redis.call('hmget', keyName(id), 'headers', 'body')
  return { 'answered', key.status, answer[1], answer[2] }
end
if now < key.leaseUntil then return { 'running', string.format('%.0f', key.leaseUntil - now) } end
redis.call('hset', keyName(id), 'holdId', holdId)
lease(key, now + ${LEASE_MS})
return { 'held', '1', key.e164, key.sid }
`;

/** Key id, hold id -> 1 or 0, as all that follow with a hold. */
const RENEW = `
local key = inHands(ARGV[3], ARGV[4])
if not key then return '0' end
lease(key, now + ${LEASE_MS})
return '1'
`;

/** Key id, hold id, number -> reserved, taken or lost. */
const RESERVE = `
local e164 = ARGV[5]
local key = inHands(ARGV[3], ARGV[4])
if not key then return 'lost' end
local row = redis.call('hmget', numberName(e164), 'owner', 'reservedUntil')
if row[1] and row[1] ~= key.id and now < tonumber(row[2]) then return 'taken' end
if key.e164 ~= e164 then
  free(key)
  redis.call('hdel', keyName(key.id), 'sid')
  redis.call('hset', keyName(key.id), 'e164', e164)
  key.e164 = e164
end
redis.call('hset', numberName(e164), 'owner', key.id, 'reservedUntil', '0')
lease(key, now + ${LEASE_MS})
if redis.call('hsetnx', keyName(key.id), 'begunAt', string.format('%.0f', now)) == 1 then
  redis.call('zadd', unfinished, now, key.id)
  -- What is older belongs to keys that are gone.
  redis.call('zremrangebyscore', unfinished, '-inf', now - ${2 * KEY_LIFETIME_MS})
  redis.call('pexpire', unfinished, ${2 * KEY_LIFETIME_MS})
end
return 'reserved'
`;

const UNRESERVE = `
local key = inHands(ARGV[3], ARGV[4])
if not key then return '0' end
free(key)
redis.call('hdel', keyName(key.id), 'e164', 'sid', 'begunAt')
redis.call('zrem', unfinished, key.id)
return '1'
`;

/** Key id, hold id, sid. */
const BOUGHT = `
local key = inHands(ARGV[3], ARGV[4])
if not key then return '0' end
if key.e164 == '' then return redis.error_reply('ERR bought what was not reserved') end
redis.call('hset', keyName(key.id), 'sid', ARGV[5])
return '1'
`;

/** Key id, hold id, status, headers, body. */
const ANSWER = `
local key = inHands(ARGV[3], ARGV[4])
if not key then return '0' end
redis.call('hset', keyName(key.id), 'holdId', '', 'status', ARGV[5], 'headers', ARGV[6], 'body', ARGV[7])
redis.call('zrem', unfinished, key.id)
lease(key, now)
return '1'
`;

const LET_GO = `
local key = inHands(ARGV[3], ARGV[4])
if not key then return '0' end
redis.call('hset', keyName(key.id), 'holdId', '')
lease(key, math.min(key.leaseUntil, now))
return '1'
`;

/** Number. */
const FORGET = `
local e164 = ARGV[3]
local owner = redis.call('hget', numberName(e164), 'owner')
if not owner then return '0' end
local key = find(owner)
-- Somebody is about to buy it again: it was released before that, and this word of it is late.
if key and now < key.leaseUntil and key.sid == '' then return '0' end
redis.call('del', numberName(e164))
redis.call('hdel', keyName(owner), 'begunAt')
redis.call('zrem', unfinished, owner)
return '1'
`;

/** Limit -> caller, method, path, key, number and sid of each, flat. */
const UNFINISHED = `
local found = {}
for _, id in ipairs(redis.call('zrangebyscore', unfinished, '-inf', now - ${LEASE_MS}, 'limit', 0, ${LOOKED_AT})) do
  local key = find(id)
  if not key then redis.call('zrem', unfinished, id) end
  if key and now >= key.leaseUntil then
    local scope = redis.call('hmget', keyName(id), 'caller', 'method', 'path', 'key')
    for _, part in ipairs({ scope[1], scope[2], scope[3], scope[4], key.e164, key.sid }) do
      found[#found + 1] = part
    end
    if #found >= tonumber(ARGV[3]) * 6 then break end
  end
end
return found
`;

/** What a step runs, and what Redis calls it: its SHA-1. */
export interface Script {
  readonly text: string;
  readonly digest: string;
}

function scriptOf(step: string): Script {
  const text = COMMON + step;
  return { text, digest: hash('sha1', text) };
}

export const SCRIPTS = {
  claim: scriptOf(CLAIM),
  renew: scriptOf(RENEW),
  reserve: scriptOf(RESERVE),
  unreserve: scriptOf(UNRESERVE),
  bought: scriptOf(BOUGHT),
  answer: scriptOf(ANSWER),
  letGo: scriptOf(LET_GO),
  forget: scriptOf(FORGET),
  unfinished: scriptOf(UNFINISHED),
} as const;
