import type { KnownFit } from "../fit/known-fit.ts";
import { knownFitsOf } from "../fit/known-fits.ts";
import type { FitRules, MessageRules, ParamRule } from "../fit/rules.ts";
import type { FitOptions } from "../options.ts";

/** What is said of a target. */
export interface FitInput {
  readonly model: string;
  /** Host that its client calls. */
  readonly host: string | undefined;
  readonly fit: false | FitOptions | undefined;
}

/** Rules and who says so, in one form whoever it is. */
interface Said extends FitOptions {
  readonly why: string;
  readonly endpoint?: ParamRule["endpoint"];
}

function saidBy(known: KnownFit): Said {
  return { ...known, why: `${known.source}, ${known.asOf}` };
}

const noRules: FitRules = { params: [], messages: undefined };

/** What a target does not take: what its options say, then what is known of its provider. `false` when it is to get what the caller wrote. */
export function fitOf({ model, host, fit }: FitInput): false | FitRules {
  if (fit === false) return false;
  const known = knownFitsOf(model, host).map(saidBy);
  const said = fit === undefined ? known : [{ ...fit, why: "the target's fit" }, ...known];
  if (said.length === 0) return noRules;
  return { params: paramsOf(said), messages: messagesOf(said) };
}

function paramsOf(said: readonly Said[]): readonly ParamRule[] {
  return said.flatMap(({ drop = [], rename = {}, endpoint, why }) => [
    ...Object.entries(rename).map(([param, as]) => ({ param, as, endpoint, why })),
    ...drop.map((param) => ({ param, endpoint, why })),
  ]);
}

function messagesOf(said: readonly Said[]): MessageRules | undefined {
  const ids = said.find(({ toolCallIds }) => toolCallIds !== undefined);
  const rules: MessageRules = {
    drop: mapOf(said, ({ dropFromMessages = [] }) => dropFromMessages),
    dropParts: mapOf(said, ({ dropParts = [] }) => dropParts),
    roles: new Map(
      said
        .toReversed()
        .flatMap(({ roles = {}, why }) => Object.entries(roles).map(([role, to]) => [role, { to, why }] as const)),
    ),
    toolCallIds: ids?.toolCallIds && { ...ids.toolCallIds, why: ids.why },
  };
  const isEmpty = rules.drop.size + rules.dropParts.size + rules.roles.size === 0 && rules.toolCallIds === undefined;
  return isEmpty ? undefined : rules;
}

function mapOf(said: readonly Said[], namesOf: (one: Said) => readonly string[]): ReadonlyMap<string, string> {
  return new Map(said.toReversed().flatMap((one) => namesOf(one).map((name) => [name, one.why] as const)));
}
