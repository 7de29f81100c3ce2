import type OpenAI from "openai";
import { describe, expectTypeOf, it } from "vitest";
import { ModelRouter, type BatchResult, type RouterView } from "../../src/index.ts";

declare const client: OpenAI;
const messages = [{ role: "user" as const, content: "Hi?" }];
const before: BatchResult<string>[] = [];

const router = () => new ModelRouter({ client, tiers: { cheap: ["a"], premium: ["b"] } });
const completionWithin = () => router().within(50, (view) => view.chat.completions.create({ model: "auto", messages }));
const valueWithin = () => router().within(50, async () => 7, { fallbackValue: "late" });
const nothingWithin = () => router().within(50, async () => 7, { fallbackValue: undefined });
const textWithin = () => router().within(50, async (view) => (await view.ask("Hi?")).text, { fallbackValue: "" });
const prompts = () => router().batch(["Hi?", "Ho?"]);
const bodies = () => router().batch([{ model: "auto", messages }]);
const functions = () => router().batch([() => 7, async (view) => (await view.ask("Hi?")).text.length]);
const mixed = () => router().batch(["Hi?", (view) => view.ask("Ho?")]);
const rows = () => router().batch([{ id: 1 }], { call: async ({ id }) => id, keyOf: ({ id }) => `${id}` });

describe("within()", () => {
  it("gives the answer or null", () => {
    expectTypeOf(completionWithin).returns.resolves.toExtend<OpenAI.ChatCompletion | null>();
  });

  it("gives the answer or the fallback value", () => {
    expectTypeOf(valueWithin).returns.resolves.toEqualTypeOf<number | string>();
    expectTypeOf(nothingWithin).returns.resolves.toEqualTypeOf<number | undefined>();
    expectTypeOf(textWithin).returns.resolves.toEqualTypeOf<string>();
  });

  it("gives a view that knows the tiers, and a signal", () => {
    type Call = Parameters<ReturnType<typeof router>["within"]>[1];
    expectTypeOf<Call>().parameters.toEqualTypeOf<[RouterView<OpenAI, "cheap" | "premium", "a" | "b">, AbortSignal]>();
    // @ts-expect-error -- there is no tier "premum"
    expectTypeOf(() => router().within(50, (view) => view.ask("Hi?", { tier: "premum" }))).toBeFunction();
  });
});

describe("batch()", () => {
  it("gives the texts of prompts", () => {
    expectTypeOf(prompts).returns.resolves.toEqualTypeOf<BatchResult<string>[]>();
  });

  it("gives the completions of bodies", () => {
    expectTypeOf(bodies).returns.resolves.toEqualTypeOf<BatchResult<OpenAI.ChatCompletion>[]>();
  });

  it("gives what functions return", () => {
    expectTypeOf(functions).returns.resolves.toEqualTypeOf<BatchResult<number>[]>();
  });

  it("gives what each kind gives where they are mixed", () => {
    expectTypeOf(mixed).returns.resolves.toExtend<BatchResult<string | { text: string }>[]>();
  });

  it("gives what a function of its own returns for anything", () => {
    expectTypeOf(rows).returns.resolves.toEqualTypeOf<BatchResult<number>[]>();
  });

  it("is read one by one", () => {
    type Next = ReturnType<ReturnType<ReturnType<typeof prompts>[typeof Symbol.asyncIterator]>["next"]>;
    expectTypeOf<Next>().resolves.toEqualTypeOf<IteratorResult<BatchResult<string>, void>>();
  });

  it("does not compile with a misspelt tier, or a body that streams", () => {
    // @ts-expect-error -- there is no tier "premum"
    expectTypeOf(() => router().batch(["Hi?"], { hints: { tier: "premum" } })).toBeFunction();
    // @ts-expect-error -- a stream is for a function to read
    expectTypeOf(() => router().batch([{ model: "auto", messages, stream: true }])).toBeFunction();
  });

  it("takes results to be resumed from, and a map to keep them", () => {
    expectTypeOf(() => router().batch(["Hi?"], { resume: before, results: new Map() })).toBeFunction();
  });
});
