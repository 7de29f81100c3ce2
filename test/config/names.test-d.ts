import type OpenAI from "openai";
import { describe, expectTypeOf, it } from "vitest";
import type { TargetIdOf, TierNameOf } from "../../src/config/names.ts";
import type { globalApi } from "../../src/config/presets.ts";
import type { Hints } from "../../src/glossary.ts";
import { ModelRouter } from "../../src/index.ts";
import type { RouterOptions } from "../../src/options.ts";

declare const client: OpenAI;

declare function namesOf<const O extends RouterOptions>(options: O): { tier: TierNameOf<O>; target: TargetIdOf<O> };

const tiersOnly = () => namesOf({ client, tiers: { cheap: ["a"], premium: { targets: ["b"] } } });
const written = () =>
  namesOf({ client, tiers: { cheap: ["a", "eu"], premium: { targets: ["b"] } }, targets: { eu: {}, us: {} } });
const router = () => new ModelRouter({ client, tiers: { cheap: ["a"], premium: ["b"] }, targets: { eu: {} } });

describe("the names in options", () => {
  it("of tiers are their keys", () => {
    expectTypeOf(tiersOnly).returns.toHaveProperty("tier").toEqualTypeOf<"cheap" | "premium">();
  });

  it("of targets are those written out and those that tiers name, in either form", () => {
    expectTypeOf(written).returns.toHaveProperty("target").toEqualTypeOf<"a" | "b" | "eu" | "us">();
  });

  it("are any text when the type of the options leaves them open", () => {
    expectTypeOf<TierNameOf<RouterOptions>>().toEqualTypeOf<string>();
    expectTypeOf<TargetIdOf<RouterOptions>>().toEqualTypeOf<string>();
  });

  it("are any text for targets that may be written out elsewhere", () => {
    type Open = RouterOptions & { readonly tiers: { readonly cheap: readonly ["a"] } };
    expectTypeOf<TargetIdOf<Open>>().toEqualTypeOf<string>();
  });

  it("are those of the preset", () => {
    type Preset = ReturnType<typeof globalApi>;
    expectTypeOf<TierNameOf<Preset>>().toEqualTypeOf<"cheap" | "balanced" | "premium">();
    expectTypeOf<TargetIdOf<Preset>>().toEqualTypeOf<
      "deepseek-ai/DeepSeek-V4-Flash" | "Qwen/Qwen3-32B" | "Pro/deepseek-ai/DeepSeek-V3.2"
    >();
  });
});

describe("a router", () => {
  it("takes the names of its own tiers and targets only", () => {
    type Given = Parameters<ReturnType<typeof router>["with"]>[0];
    expectTypeOf<Given>().toEqualTypeOf<Hints<"cheap" | "premium", "a" | "b" | "eu">>();
  });

  it("does not compile with a misspelt tier", () => {
    // @ts-expect-error -- there is no tier "premum"
    expectTypeOf(() => router().with({ tier: "premum" })).toBeFunction();
    expectTypeOf(() => router().with({ tier: "premium", target: "eu" })).toBeFunction();
  });
});
