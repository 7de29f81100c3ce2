import { describe, expect, it } from "vitest";
import { optionsFromConfig } from "../../src/config/from-config.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { faultsOf, optionsOf } from "./options-of.ts";

const faultsOfFit = (fit: unknown): readonly string[] =>
  faultsOf(() => resolveConfig(optionsOf({ targets: { a: { fit } } })));

describe("fit", () => {
  it.each([
    [{ drop: ["model"] }, 'targets.a.fit.drop: can not have "model": no request can do without'],
    [{ drop: "seed" }, "targets.a.fit.drop: must be an array of body parameters, got a string"],
    [{ rename: { messages: "input" } }, 'targets.a.fit.rename: can not rename "messages": every target takes it'],
    [
      { dropFromMessages: ["content"] },
      'targets.a.fit.dropFromMessages: can not have "content": no request can do without',
    ],
    [{ dropParts: ["text"] }, 'targets.a.fit.dropParts: can not have "text": no request can do without'],
    [{ toolCallIds: {} }, "targets.a.fit.toolCallIds: needs length or maxLength, one of them"],
    [
      { toolCallIds: { length: 9, maxLength: 40 } },
      "targets.a.fit.toolCallIds: needs length or maxLength, one of them",
    ],
    [
      { toolCallIds: { length: 4 } },
      "targets.a.fit.toolCallIds.length: must be a whole number of characters, from 8 to 64, got 4",
    ],
    [{ drops: ["seed"] }, 'targets.a.fit.drops: is not an option (did you mean "drop"?)'],
    [true, "targets.a.fit: must be false or an object, got true"],
  ])("%o is a fault", (fit, fault) => {
    expect(faultsOfFit(fit)).toEqual([fault]);
  });

  it("can be data", () => {
    const config = {
      client: { apiKeyEnv: "KEY" },
      tiers: { cheap: ["a"] },
      targets: { a: { fit: { drop: ["seed"] }, breakGlass: false } },
      fit: true,
    };
    const { targets } = resolveConfig(optionsFromConfig(config, { env: { KEY: "k" } }));
    expect(targets.get("a")?.fit).toMatchObject({ params: [{ param: "seed" }] });
  });
});
