"""The Lua scripts of `RedisBackend`: one per operation, so that each is atomic.

A session is one hash:

- the field of a key holds its deadline (0: none), a space, and the value;
- the field of the empty key holds the session's deadline, a space, and the size of all entries,
  those that have expired and were not removed yet included.

Times are milliseconds of the server's clock, so that the clocks of the workers don't matter.

All scripts take the session's key and, first, the present time (0: the server's) and the lifetime
of a session.
"""

from typing import Final

from sundog.store.backend import ENTRY_OVERHEAD, PROLONG_AFTER

FULL: Final = -1

# Stands in the error of a script that finds a session which these scripts did not write.
DAMAGED: Final = "not written by Sundog"

_COMMON: Final = f"""
local session, now, lifetime = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
if now == 0 then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local deadline, size = 0, 0
local meta = redis.call('HGET', session, '')
if meta then
  local first, second = string.match(meta, '^(%d+) (%d+)$')
  deadline, size = tonumber(first), tonumber(second)
  if not size then error('{DAMAGED}') end
  if deadline <= now then
    redis.call('DEL', session)
    deadline, size = 0, 0
  end
end
local function split(stored)
  local until_when, value = string.match(stored, '^(%d+) (.*)$')
  if not value then error('{DAMAGED}') end
  return tonumber(until_when), value
end
local function is_live(until_when) return until_when == 0 or until_when > now end
local function cost(key, value) return #key + #value + {ENTRY_OVERHEAD} end
local function find(key)
  local stored = redis.call('HGET', session, key)
  if not stored then return false, 0, 0 end
  local until_when, value = split(stored)
  if is_live(until_when) then return value, until_when, cost(key, value) end
  return false, 0, cost(key, value)
end
local function prolong()
  redis.call('HSET', session, '', string.format('%.0f %.0f', now + lifetime, size))
  redis.call('PEXPIRE', session, string.format('%.0f', lifetime))
end
local function prolong_if_due()
  if deadline > 0 and deadline - now < lifetime * (1 - {PROLONG_AFTER!r}) then prolong() end
end
"""
READ: Final = (
    _COMMON
    + """
local value = find(ARGV[3])
prolong_if_due()
return value
"""
)
READ_ALL: Final = (
    _COMMON
    + """
local live, stored = {}, redis.call('HGETALL', session)
for i = 1, #stored, 2 do
  if stored[i] ~= '' then
    local until_when, value = split(stored[i + 1])
    if is_live(until_when) then
      live[#live + 1] = stored[i]
      live[#live + 1] = value
    end
  end
end
prolong_if_due()
return live
"""
)
# Arguments: key, value, own lifetime ('': none), limit, mode ('write'; 'absent' or 'same': only
# where the key is absent or has the old value), old value.
WRITE: Final = (
    _COMMON
    + """
local key, value, own, limit = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local mode, old = ARGV[7], ARGV[8]
local present, until_when, replaced = find(key)
if mode == 'absent' and present then return 0 end
if mode == 'same' and present ~= old then return 0 end
if own ~= '' then
  until_when = now + tonumber(own)
elseif mode == 'write' then
  until_when = 0
end
local growth = cost(key, value) - replaced
if growth > 0 and size + growth > limit then
  local stored = redis.call('HGETALL', session)
  for i = 1, #stored, 2 do
    if stored[i] ~= '' and stored[i] ~= key then
      local its_deadline, its_value = split(stored[i + 1])
      if not is_live(its_deadline) then
        redis.call('HDEL', session, stored[i])
        size = size - cost(stored[i], its_value)
      end
    end
  end
  if size + growth > limit then
    if deadline > 0 then
      redis.call('HSET', session, '', string.format('%.0f %.0f', deadline, size))
    end
    return -1
  end
end
size = size + growth
redis.call('HSET', session, key, string.format('%.0f ', until_when) .. value)
prolong()
return 1
"""
)
REMOVE: Final = (
    _COMMON
    + """
local value, _, freed = find(ARGV[3])
if redis.call('HDEL', session, ARGV[3]) == 1 then
  size = size - freed
  if redis.call('HLEN', session) == 1 then
    redis.call('DEL', session)
  else
    redis.call('HSET', session, '', string.format('%.0f %.0f', deadline, size))
  end
end
return value
"""
)
