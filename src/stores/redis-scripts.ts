import { createHash } from "node:crypto";
import { accountsLua } from "./redis-accounts-lua.ts";
import { lateMs } from "./terms.ts";

/** A Lua script and the name that Redis has for it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

// How long a settled hold is remembered, so that it is not granted again.
const settledMs = 60_000;

/**
 * KEYS: the hold, then of each account its own key and that of its leases, then the facts.
 * ARGV: the hold or "", its lease, "force" or "", the number of accounts, then of each account its kind, limit, amount,
 * time, and "freed" or "".
 * Answers the time, the account that refused (0: granted), until when, what is left of each account, and the facts.
 */
export const takeScript = scriptOf(`${accountsLua}
local hold, leaseMs, force, count = ARGV[1], tonumber(ARGV[2]), ARGV[3] == "force", tonumber(ARGV[4])
local isHeld = hold ~= ""

local accounts = {}
for at = 1, count do
  local arg = 5 * at
  accounts[at] = {
    key = KEYS[2 * at], leases = KEYS[2 * at + 1], kind = ARGV[arg], limit = tonumber(ARGV[arg + 1]),
    amount = tonumber(ARGV[arg + 2]), time = tonumber(ARGV[arg + 3]), freed = ARGV[arg + 4] == "freed",
  }
  lapse(accounts[at])
end

local function excessOf(account)
  if isOver(account) then return math.huge end
  if account.amount == 0 then return 0 end
  return takenOf(account) + account.amount - account.limit
end

local function retryAtOf(account, excess)
  if isOver(account) then return now end
  if account.amount > account.limit then return math.huge end
  return kinds[account.kind].retryAt(account, excess)
end

local function refusal()
  local by, retryAt = 0, nil
  for at, account in ipairs(accounts) do
    local excess = excessOf(account)
    if excess > 0 then
      local its = retryAtOf(account, excess)
      if by == 0 or (its or 0) > (retryAt or 0) then by, retryAt = at, its end
    end
  end
  return by, retryAt
end

local function remember()
  local record = { text(now) }
  for at, account in ipairs(accounts) do
    record[#record + 1] = { account.key, account.leases, account.kind, text(account.limit), text(account.amount),
      text(account.time), account.freed and "freed" or "" }
    if isLeased(account) then
      redis.call("ZADD", account.leases, text(now + leaseMs), leaseOf(account, now, hold))
      if account.kind == "slots" then keep(account.key, leaseMs + 1) end
      keep(account.leases, leaseMs + 1)
      keepLeases(account)
    end
  end
  redis.call("SET", KEYS[1], cjson.encode(record), "PX", whole(leaseMs + ${lateMs}))
end

local isKnown = isHeld and redis.call("EXISTS", KEYS[1]) == 1
local by, retryAt = 0, nil
if not isKnown and not force then by, retryAt = refusal() end
if not isKnown and by == 0 then
  for _, account in ipairs(accounts) do change(account, account.amount, now) end
  if isHeld then remember() end
end

local answer = { text(now), text(by), retryAt and text(retryAt) or "" }
for _, account in ipairs(accounts) do answer[#answer + 1] = leftOf(account) end
local facts = {}
for at = 2 * count + 2, #KEYS do facts[#facts + 1] = KEYS[at] end
if #facts == 0 then return answer end
for _, fact in ipairs(redis.call("MGET", unpack(facts))) do answer[#answer + 1] = fact end
return answer
`);

/**
 * KEYS: the hold. ARGV: the hold, then what was used of each account, "" for what was taken.
 * Answers what is left of each account; nothing when there is no such hold.
 * The keys of the accounts are those that the hold was taken with: they have the same hash tag, thus the same node.
 */
export const settleScript = scriptOf(`${accountsLua}
local hold = ARGV[1]
local record = redis.call("GET", KEYS[1])
if not record or record == "settled" then return false end
record = cjson.decode(record)
redis.call("SET", KEYS[1], "settled", "PX", "${settledMs}")
local takenAt = tonumber(record[1])

local answer = {}
for at = 2, #record do
  local key, leases, kind, limit, amount, time, freed = unpack(record[at])
  local account = { key = key, leases = leases, kind = kind, limit = tonumber(limit), amount = tonumber(amount),
    time = tonumber(time), freed = freed == "freed" }
  lapse(account)
  local counted = account.amount
  if isLeased(account) and redis.call("ZREM", leases, leaseOf(account, takenAt, hold)) == 0 then counted = 0 end
  local counts = tonumber(ARGV[at] or "") or account.amount
  if kind == "slots" then counts = 0 end
  change(account, counts - counted, takenAt)
  answer[#answer + 1] = leftOf(account)
end
return answer
`);

/** KEYS: the fact. ARGV: how long it holds, 0 to remove it; its value. */
export const noteScript = scriptOf(`
if ARGV[1] == "0" then redis.call("DEL", KEYS[1]) else redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[1]) end
return 1
`);

function scriptOf(text: string): Script {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}
