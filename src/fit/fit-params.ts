import type { FitChange } from "../fit-change.ts";
import type { Endpoint, JsonObject } from "../glossary.ts";
import { noChanges, type Fitted, type ParamRule } from "./rules.ts";

/** Takes parameters out, or gives them another name. A body in which nothing has to change is handed back as it is. */
export function fitParams(body: JsonObject, endpoint: Endpoint, rules: readonly ParamRule[]): Fitted {
  const fitting = rules.filter((rule) => applies(rule, body, endpoint));
  if (fitting.length === 0) return { body, changes: noChanges };
  const changed: Record<string, unknown> = { ...body };
  // Of two rules for one parameter the first holds.
  const changes = fitting.map((rule) => apply(rule, changed)).filter((change) => change !== undefined);
  return { body: changed, changes };
}

function applies(rule: ParamRule, body: JsonObject, endpoint: Endpoint): boolean {
  const given = body[rule.param];
  if (given === undefined || (rule.endpoint !== undefined && rule.endpoint !== endpoint)) return false;
  return rule.value === undefined || rule.value === JSON.stringify(given);
}

function apply({ param, as, why }: ParamRule, body: Record<string, unknown>): FitChange | undefined {
  const given = body[param];
  if (given === undefined) return undefined;
  delete body[param];
  // Who gives both means the one that is taken.
  if (as === undefined || body[as] !== undefined) return { param, how: "dropped", why };
  body[as] = given;
  return { param, how: "renamed", to: as, why };
}
