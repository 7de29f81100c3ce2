import type { RouterEventName } from "../../src/index.ts";

// A record, so that one that is missing does not compile.
const every: Record<RouterEventName, true> = {
  "request:start": true,
  "decision:made": true,
  "classifier:failed": true,
  "attempt:start": true,
  "attempt:end": true,
  "retry:start": true,
  "retry-budget:spent": true,
  "hedge:start": true,
  "hedge:end": true,
  "fallback:start": true,
  "stream:restart": true,
  "stream:continue": true,
  "break-glass:use": true,
  "parameter:learnt": true,
  "breaker:open": true,
  "breaker:half-open": true,
  "breaker:close": true,
  "key:rest": true,
  "target:rest": true,
  "target:slow": true,
  "target:recover": true,
  "slo:burn": true,
  "slo:recover": true,
  "limit:reached": true,
  "wait:start": true,
  "wait:end": true,
  "request:slow": true,
  "sla:miss": true,
  "budget:low": true,
  "budget:spent": true,
  "budget:downgrade": true,
  "store:failed": true,
  "feedback:give": true,
  "drill:start": true,
  "drill:end": true,
  "request:end": true,
};

/** The names of all events. */
export const eventNames = Object.keys(every) as readonly RouterEventName[];
