import { wildcard } from "../lib/wildcard.ts";
import { quote } from "./show.ts";

/** Which client a model id goes to, and which it may not go to. */
export interface Placement {
  /** The client of a model id that names none: that of the first rule that matches, else the wrapped one. */
  clientOf(model: string): string;
  /** Why the model id may not go to the client; undefined when it may. */
  faultOf(model: string, client: string): string | undefined;
}

/** One of `clientRules`. */
export interface ClientRule {
  readonly pattern: string;
  /** Name of the client; `default` is the wrapped one. */
  readonly client: string;
}

/** A model id that rules match goes to a client of theirs only; a client that rules name takes only what they match. */
export function placement(rules: readonly ClientRule[]): Placement {
  const compiled = rules.map((rule) => ({ ...rule, matches: wildcard(rule.pattern) }));
  return {
    clientOf: (model) => compiled.find(({ matches }) => matches(model))?.client ?? "default",
    faultOf(model, client) {
      const [first, ...more] = compiled.filter(({ matches }) => matches(model));
      if (first !== undefined)
        return [first, ...more].some((rule) => rule.client === client)
          ? undefined
          : sentElsewhere(model, client, first);
      const own = rules.filter((rule) => rule.client === client);
      return own.length === 0 ? undefined : notTaken(model, client, own);
    },
  };
}

function sentElsewhere(model: string, client: string, rule: ClientRule): string {
  return `by the rule ${quote(rule.pattern)} the model ${quote(model)} goes to the client ${quote(rule.client)}, never to ${quote(client)}`;
}

function notTaken(model: string, client: string, own: readonly ClientRule[]): string {
  const patterns = own.map(({ pattern }) => quote(pattern)).join(" or ");
  return `the client ${quote(client)} takes only models that match ${patterns}, and ${quote(model)} does not`;
}
