import { slicesPerWindow } from "./terms.ts";

/**
 * What the scripts know of accounts, in Lua: the same sums as in memory, in whole billionths. An account is
 * `{ key, leases, kind, limit, amount, time, freed }`: `time` is `endsAt` or `windowMs`, and `leases` the key of what is to
 * be given back when a lease is over, as `amount|takenAt|hold`, sorted by the end of the lease.
 */
export const accountsLua = `
local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local slices = ${slicesPerWindow}

local function text(number)
  return string.format("%.17g", number)
end

-- Redis takes no more than whole milliseconds, and no time beyond its range.
local function whole(ms)
  return text(math.min(1e15, math.ceil(ms)))
end

-- Lets a key live for so long at least.
local function keep(key, ms)
  if redis.call("PTTL", key) < ms then redis.call("PEXPIRE", key, whole(ms)) end
end

local function read(key, ...)
  local values = redis.call("HMGET", key, ...)
  for at = 1, #values do values[at] = tonumber(values[at] or 0) end
  return unpack(values)
end

local window = {}

-- Redis keeps a key for the millisecond in which it expires: by then the window is over.
function window.taken(account)
  local taken, endsAt = read(account.key, "taken", "endsAt")
  return endsAt > 0 and now >= endsAt and 0 or taken
end

function window.change(account, delta)
  redis.call("HSET", account.key, "taken", text(window.taken(account) + delta), "endsAt", text(account.time))
  redis.call("PEXPIREAT", account.key, whole(account.time))
end

function window.retryAt(account)
  return account.time
end

local slots = {}
slots.taken = window.taken

function slots.change(account, delta)
  local taken = window.taken(account) + delta
  if taken <= 0 then redis.call("DEL", account.key)
  else redis.call("HSET", account.key, "taken", text(taken)) end
end

function slots.retryAt()
  return nil
end

local bucket = {}

local function rateOf(account)
  return account.limit / account.time
end

function bucket.taken(account)
  local taken, at = read(account.key, "taken", "at")
  return math.max(0, math.floor(taken - math.max(0, now - at) * rateOf(account) + 0.5))
end

function bucket.change(account, delta)
  local taken = math.max(0, bucket.taken(account) + delta)
  local rate = rateOf(account)
  if taken == 0 or rate == 0 then return redis.call("DEL", account.key) end
  redis.call("HSET", account.key, "taken", text(taken), "at", text(now))
  redis.call("PEXPIRE", account.key, whole(taken / rate + 1))
end

function bucket.retryAt(account, excess)
  return now + math.ceil(excess / rateOf(account))
end

local rolling = {}

local function sliceAt(account, at)
  return math.floor(at / (account.time / slices))
end

-- Takes the slices out that have left the window as a whole.
function rolling.taken(account)
  local taken, first = read(account.key, "taken", "first")
  local oldest = sliceAt(account, now) - slices
  if taken == 0 or first >= oldest then return taken end
  local gone = {}
  for slice = first, math.min(oldest - 1, first + slices) do gone[#gone + 1] = text(slice) end
  for _, amount in ipairs(redis.call("HMGET", account.key, unpack(gone))) do taken = taken - tonumber(amount or 0) end
  redis.call("HDEL", account.key, unpack(gone))
  redis.call("HSET", account.key, "taken", text(taken), "first", text(oldest))
  return taken
end

function rolling.change(account, delta, takenAt)
  local taken = rolling.taken(account)
  local slice = sliceAt(account, takenAt)
  local before, first = read(account.key, text(slice), "first")
  first = math.max(first, sliceAt(account, now) - slices)
  if slice < first then return end
  redis.call("HSET", account.key, text(slice), text(before + delta), "taken", text(taken + delta), "first", text(first))
  redis.call("PEXPIRE", account.key, whole(account.time * (slices + 1) / slices + 1))
end

function rolling.retryAt(account, excess)
  local last = sliceAt(account, now)
  for slice = last - slices, last do
    excess = excess - read(account.key, text(slice))
    if excess <= 0 then return math.ceil((slice + slices + 1) * (account.time / slices)) end
  end
  return now
end

local kinds = { window = window, rolling = rolling, bucket = bucket, slots = slots }

local function isOver(account)
  return account.kind == "window" and now >= account.time
end

local function takenOf(account)
  return kinds[account.kind].taken(account)
end

-- The leases of holds must not be forgotten before what they will give back is.
local function keepLeases(account)
  keep(account.leases, redis.call("PTTL", account.key))
end

local function change(account, delta, takenAt)
  if delta == 0 or isOver(account) then return end
  kinds[account.kind].change(account, delta, takenAt)
  if account.freed then keepLeases(account) end
end

local function leftOf(account)
  if isOver(account) then return text(0) end
  return text(account.limit - takenOf(account))
end

-- Whether a hold's amount is given back when its lease is over.
local function isLeased(account)
  return account.freed and account.amount > 0
end

local function leaseOf(account, takenAt, hold)
  return text(account.amount) .. "|" .. text(takenAt) .. "|" .. hold
end

-- Gives back what the holds had taken whose lease is over.
local function lapse(account)
  if not account.freed then return end
  local lapsed = redis.call("ZRANGEBYSCORE", account.leases, "-inf", text(now))
  if #lapsed == 0 then return end
  for _, lease in ipairs(lapsed) do
    local amount, takenAt = string.match(lease, "^([^|]*)|([^|]*)|")
    change(account, -tonumber(amount), tonumber(takenAt))
  end
  redis.call("ZREMRANGEBYSCORE", account.leases, "-inf", text(now))
end
`;
