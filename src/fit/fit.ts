import type { Endpoint, JsonObject } from "../glossary.ts";
import { fitMessages } from "./fit-messages.ts";
import { fitParams } from "./fit-params.ts";
import { noChanges, type Fitted, type FitRules, type ParamRule } from "./rules.ts";

/** What a target takes: by the rules, and by what it has refused before. */
export interface Fit {
  readonly rules: FitRules;
  readonly learnt: readonly ParamRule[];
}

/** Makes a body acceptable to a target. One in which nothing has to change is handed back as it is, and not copied. */
export function fit(body: JsonObject, endpoint: Endpoint, { rules, learnt }: Fit): Fitted {
  const { params, messages } = rules;
  const known = params.length === 0 ? { body, changes: noChanges } : fitParams(body, endpoint, params);
  const all = learnt.length === 0 ? known : joined(known, fitParams(known.body, endpoint, learnt));
  return messages === undefined || endpoint !== "chat" ? all : joined(all, fitMessages(all.body, messages));
}

function joined(before: Fitted, after: Fitted): Fitted {
  if (before.changes.length === 0) return after;
  return { body: after.body, changes: [...before.changes, ...after.changes] };
}
